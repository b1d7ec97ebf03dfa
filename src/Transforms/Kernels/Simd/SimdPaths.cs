using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MLNetStyle;

/// <summary>What the processor can do, and what was asked for.</summary>
internal static class SimdPaths
{
    /// <summary>The environment variable that forces a path: 512, 256, 128 or scalar.</summary>
    public const string Variable = "MLNETSTYLE_SIMD";

    /// <summary>Whether the processor has the instructions of a path.</summary>
    /// <param name="path">The path.</param>
    public static bool IsSupported(SimdPath path) => path switch
    {
        SimdPath.Scalar => true,
        SimdPath.Vector128 => Vector128.IsHardwareAccelerated && (Sse41.IsSupported || AdvSimd.Arm64.IsSupported),
        SimdPath.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported,
        SimdPath.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        _ => false,
    };

    /// <summary>The paths that work here, widest first.</summary>
    public static IReadOnlyList<SimdPath> Supported { get; } =
        [.. new[] { SimdPath.Vector512, SimdPath.Vector256, SimdPath.Vector128, SimdPath.Scalar }.Where(IsSupported)];

    /// <summary>Settles the path: the one asked for, else that of <see cref="Variable"/>, else the widest that works here.</summary>
    /// <param name="asked">The path asked for; null leaves it to the environment and the processor.</param>
    /// <returns>A supported path.</returns>
    /// <exception cref="ArgumentException">The variable holds something else than 512, 256, 128 or scalar.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the path asked for.</exception>
    public static SimdPath Choose(SimdPath? asked = null) => Choose(asked, Environment.GetEnvironmentVariable(Variable));

    internal static SimdPath Choose(SimdPath? asked, string? variable)
    {
        SimdPath path = asked ?? Parse(variable) ?? Supported[0];
        return IsSupported(path)
            ? path
            : throw new PlatformNotSupportedException($"This processor has no {path} instructions; it supports "
                + $"{string.Join(", ", Supported)}.");
    }

    private static SimdPath? Parse(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" or "auto" => null,
        "512" => SimdPath.Vector512,
        "256" => SimdPath.Vector256,
        "128" => SimdPath.Vector128,
        "scalar" => SimdPath.Scalar,
        _ => throw new ArgumentException($"{Variable} is '{text}'; it takes 512, 256, 128, scalar or nothing."),
    };
}

/// <summary>The vector registers that the CPU engine computes with.</summary>
/// <remarks>All paths are one source, instantiated for another width; they agree within rounding, not bit by bit.</remarks>
public enum SimdPath
{
    /// <summary>One number at a time: works everywhere, slow; for tests.</summary>
    Scalar = 0,

    /// <summary>128 bits: Arm's AdvSimd, or SSE.</summary>
    Vector128 = 128,

    /// <summary>256 bits: AVX2 with FMA.</summary>
    Vector256 = 256,

    /// <summary>512 bits: AVX-512F.</summary>
    Vector512 = 512,
}
