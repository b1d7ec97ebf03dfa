namespace MLNetStyle.PaintSamples;

/// <summary>One of the pictures: where it goes and how it is painted.</summary>
/// <param name="Folder">"content" or "style".</param>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Paint">Paints onto an empty canvas, with a seed.</param>
internal sealed record Painting(string Folder, string Name, Action<Canvas, int> Paint)
{
    public static IReadOnlyList<Painting> All { get; } =
    [
        new("content", "mountain_lake", MountainLake.Paint),
        new("content", "still_life", StillLife.Paint),
        new("style", "swirling_oil", SwirlingOil.Paint),
        new("style", "mosaic", Mosaic.Paint),
        new("style", "woodcut", Woodcut.Paint),
    ];
}
