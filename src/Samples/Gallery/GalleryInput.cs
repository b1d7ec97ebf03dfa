namespace MLNetStyle.Samples.Gallery;

/// <summary>What a gallery is made of.</summary>
/// <param name="Contents">The content pictures, at least one.</param>
/// <param name="Styles">The style pictures, at least one.</param>
/// <param name="Folder">Where the gallery goes, as it is written in commands.</param>
/// <param name="Size">The longer side of the pictures in pixels.</param>
/// <param name="Network">The network's name or file.</param>
/// <param name="MostIterations">What a preset may take.</param>
internal sealed record GalleryInput(IReadOnlyList<string> Contents, IReadOnlyList<string> Styles, string Folder, int Size, string Network,
    int MostIterations)
{
    /// <summary>The quality of the pictures' JPEG files.</summary>
    public const int Quality = 85;

    /// <summary>A content picture; counted on from the first where there are fewer.</summary>
    public string Content(int index) => Contents[index % Contents.Count];

    /// <summary>A style picture likewise.</summary>
    public string Style(int index) => Styles[index % Styles.Count];
}
