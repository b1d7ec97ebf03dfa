namespace MLNetStyle.Samples.Gallery;

/// <summary>A picture of the gallery.</summary>
/// <param name="Name">What it is called on the command line, and its file without the ending.</param>
/// <param name="Group">The group that it stands in.</param>
/// <param name="Caption">A few words, for the contact sheet.</param>
/// <param name="Text">What there is to see, for the page.</param>
/// <param name="Commands">The commands that make it, one after the other, without the program's name; none for an original.</param>
/// <param name="Original">The file that it is a copy of; null for what commands make.</param>
/// <param name="Paint">Paints it, width and height given; null for what is not painted. Flat colours have to stay flat, so its file is a
/// PNG.</param>
internal sealed record GalleryItem(
    string Name, string Group, string Caption, string Text, IReadOnlyList<IReadOnlyList<string>> Commands, string? Original = null,
        Func<int, int, PlanarImage>? Paint = null)
{
    /// <summary>What it is made of where no command says so: another size or another picture makes it anew.</summary>
    public string? From { get; init; }

    /// <summary>The name of its file.</summary>
    public string File => Paint is null ? FileOf(Name) : Path.ChangeExtension(FileOf(Name), ".png");

    /// <summary>The name of a picture's file.</summary>
    public static string FileOf(string name) => $"{name}.jpg";
}
