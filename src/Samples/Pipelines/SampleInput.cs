namespace MLNetStyle.Samples.Pipelines;

/// <summary>What a sample works with.</summary>
/// <param name="Content">A content picture.</param>
/// <param name="Style">A style picture.</param>
/// <param name="Network">A network's name or file.</param>
/// <param name="Folder">The folder that results go to; it exists.</param>
/// <param name="Out">Where text goes.</param>
internal sealed record SampleInput(string Content, string Style, string Network, string Folder, TextWriter Out)
{
    /// <summary>Small and quick, for a first look.</summary>
    public StyleTransferOptions Quick => new() { Network = Network, Size = 192, Iterations = 60 };

    /// <summary>The path of a result.</summary>
    public string Result(string name) => Path.Combine(Folder, name);
}
