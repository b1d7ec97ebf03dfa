using System.Text.Json;
using Xunit;

namespace MLNetStyle.Tests.Support;

/// <summary>A test that is skipped, by name, where the whole VGG-19 in 32-bit floats is not found.</summary>
public sealed class NeedsFloatVgg19FactAttribute : FactAttribute
{
    /// <summary>Looks for the file.</summary>
    public NeedsFloatVgg19FactAttribute() => Skip = Vgg19.FloatMissing;
}

/// <summary>A test with data that is skipped, by name, where the whole VGG-19 in 32-bit floats is not found.</summary>
public sealed class NeedsFloatVgg19TheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the file.</summary>
    public NeedsFloatVgg19TheoryAttribute() => Skip = Vgg19.FloatMissing;
}

/// <summary>A VGG-19 file, with the 64-bit numbers that were taken with it.</summary>
/// <param name="Network">The network, max pooling.</param>
/// <param name="Reference">reference.json of PyTorch for the file in floats; what tools/QuantizeVgg19/reference.py gives for the one in 8
/// bits.</param>
internal sealed record Vgg19(Network Network, JsonElement Reference)
{
    private const long FloatLength = 80_100_936;

    private static readonly Lazy<Vgg19> s_eightBits =
        new(() => new(Network.Load(BesideTheTests),
            JsonDocument.Parse(File.ReadAllBytes(ReferenceData.At("vgg19-8bit.json"))).RootElement));

    private static readonly Lazy<Vgg19> s_float = new(() => new(Network.Load(FloatFile!), ReferenceData.Json));

    /// <summary>The file of the repository, which the build puts beside the tests.</summary>
    public static string BesideTheTests => Path.Combine(AppContext.BaseDirectory, "onnx-models", "vgg19.safetensors");

    /// <summary>The network of the repository: up to relu5_1, weights in 8 bits.</summary>
    public static Vgg19 EightBits => s_eightBits.Value;

    /// <summary>The whole network in floats.</summary>
    public static Vgg19 Float => s_float.Value;

    /// <summary>Why tests with the whole network are skipped; null if it is there.</summary>
    public static string? FloatMissing { get; } = FloatFile is null
        ? $"The VGG-19 in 32-bit floats that reference.json was made with was not found: name its folder in {ModelFiles.Variable}."
        : null;

    private static string? FloatFile => field ??= ModelFiles.Folders().Select(f => Path.Combine(f, "vgg19.safetensors"))
        .FirstOrDefault(f => new FileInfo(f) is { Exists: true, Length: FloatLength });

    /// <summary>The network with "max" or average pooling.</summary>
    public Network Of(string pooling) => Network.WithPooling(pooling == "max" ? Pooling.Max : Pooling.Average);
}
