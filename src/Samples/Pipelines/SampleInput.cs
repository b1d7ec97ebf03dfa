namespace MLNetStyle.Samples.Pipelines;

/// <summary>What a sample works with.</summary>
/// <param name="Content">A content picture.</param>
/// <param name="Style">A style picture.</param>
/// <param name="Network">A network's name or file.</param>
/// <param name="Folder">The folder that results go to; it exists.</param>
/// <param name="Out">Where text goes.</param>
internal sealed record SampleInput(string Content, string Style, string Network, string Folder, TextWriter Out)
{
    /// <summary>The longer side of the pictures, in pixels: small, for a first look.</summary>
    public int Size { get; init; } = 192;

    /// <summary>The iterations of a transfer: few, for a first look.</summary>
    public int Iterations { get; init; } = 60;

    /// <summary>The options of a quick transfer.</summary>
    public StyleTransferOptions Quick => new() { Network = Network, Size = Size, Iterations = Iterations };

    /// <summary>The path of a result.</summary>
    public string Result(string name) => Path.Combine(Folder, name);
}
