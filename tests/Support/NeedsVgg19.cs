using Xunit;

namespace MLNetStyle.Tests.Support;

/// <summary>A test that is skipped, by name, where the VGG-19 file is not found.</summary>
public sealed class NeedsVgg19FactAttribute : FactAttribute
{
    /// <summary>Looks for the file.</summary>
    public NeedsVgg19FactAttribute() => Skip = Vgg19.Missing;
}

/// <summary>A test with data that is skipped, by name, where the VGG-19 file is not found.</summary>
public sealed class NeedsVgg19TheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the file.</summary>
    public NeedsVgg19TheoryAttribute() => Skip = Vgg19.Missing;
}

/// <summary>The VGG-19 file that reference numbers were taken with.</summary>
internal static class Vgg19
{
    private static readonly Lazy<Network> s_network = new(() => Network.Load("vgg19"));

    /// <summary>Why tests are skipped; null if the file is there.</summary>
    public static string? Missing { get; } = ModelFiles.Find("vgg19") is null
        ? $"vgg19.safetensors was not found: name its folder in {ModelFiles.Variable}, or put it into onnx-models/."
        : null;

    /// <summary>The network, loaded once for all tests.</summary>
    public static Network Network => s_network.Value;
}
