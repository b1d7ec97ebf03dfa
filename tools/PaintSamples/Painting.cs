namespace MLNetStyle.PaintSamples;

/// <summary>One of the pictures: where it goes and how it is painted.</summary>
/// <param name="Folder">"content", "style" or "mask".</param>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Paint">Paints onto an empty canvas, with a seed.</param>
internal sealed record Painting(string Folder, string Name, Action<Canvas, int> Paint)
{
    public const string Mask = "mask";

    /// <summary>Whether it is a mask: flat colours without smooth edges, half the size, and a file without loss.</summary>
    public bool IsMask => Folder == Mask;

    public static IReadOnlyList<Painting> All { get; } =
    [
        new("content", "mountain_lake", MountainLake.Paint),
        new("content", "still_life", StillLife.Paint),
        new("content", "town_canal", TownCanal.Paint),
        new("style", "swirling_oil", SwirlingOil.Paint),
        new("style", "mosaic", Mosaic.Paint),
        new("style", "woodcut", Woodcut.Paint),
        new(Mask, "mountain_lake", MountainLake.PaintRegions),
        new(Mask, "swirling_oil", SwirlingOil.PaintRegions),
    ];
}
