using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>An image that a style is taken from, its weight among several, and the style layers that it is for.</summary>
/// <remarks>Immutable and safe to share between threads. A path can stand for it: the weight is 1 then.</remarks>
public sealed class StyleImage
{
    private readonly PlanarImage? _image;

    /// <summary>A file, read when the style is measured.</summary>
    /// <param name="path">The file.</param>
    /// <param name="weight">A positive number; only its ratio to the weights of the other images counts.</param>
    /// <param name="scope">The style layers that it is for, for example <see cref="StyleScope.Fine"/>; null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not positive and finite.</exception>
    public StyleImage(string path, double weight = 1, StyleScope? scope = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        (Path, Weight, Scope) = (path, Check(weight), scope);
    }

    /// <summary>An image in memory; it is copied at once and may be disposed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="weight">A positive number; only its ratio to the weights of the other images counts.</param>
    /// <param name="scope">The style layers that it is for, for example <see cref="StyleScope.Coarse"/>; null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not positive and finite.</exception>
    public StyleImage(MLImage image, double weight = 1, StyleScope? scope = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        (_image, Weight, Scope) = (ImagePixels.Read(image).Visible, Check(weight), scope);
    }

    /// <summary>The file; null if the image is in memory.</summary>
    public string? Path { get; }

    /// <summary>The weight among several images.</summary>
    public double Weight { get; }

    /// <summary>The style layers that the image gives its statistics to; null for all.</summary>
    public StyleScope? Scope { get; }

    /// <summary>
    /// The mask files of the image's regions, read when the style is measured: one with a region for each colour, or a greyscale file for
    /// each region, white
    /// inside. Default none.
    /// </summary>
    public IReadOnlyList<string> Masks { get; init; } = [];

    /// <summary>The name of the region that the whole image is for, where images have no masks; null for its place among them: "1", "2",
    /// ...</summary>
    public string? Region { get; init; }

    /// <summary>The pictures of a folder as one style, all alike in weight.</summary>
    /// <param name="path">A folder with picture files; folders inside it are not looked into.</param>
    /// <param name="weight">The weight of all of them together, a positive number; only its ratio to the weights of other images
    /// counts.</param>
    /// <param name="scope">The style layers that they are for; null for all.</param>
    /// <returns>An image for each file, in the order of their names.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="ArgumentException">There is no picture in it, or there are more than
    /// <see cref="StyleSource.MaxImages"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not positive and finite.</exception>
    public static IReadOnlyList<StyleImage> Folder(string path, double weight = 1, StyleScope? scope = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Check(weight);
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException($"The folder of style images '{path}' does not exist.");
        string[] files = [.. Directory.EnumerateFiles(path).Where(PictureFile.IsPicture).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new ArgumentException($"The folder of style images '{path}' has no picture file. Name another, or "
            + $"put the pictures there.");
        if (files.Length > StyleSource.MaxImages)
            throw new ArgumentException($"The folder of style images '{path}' has {files.Length} pictures; a style has at most "
                + $"{StyleSource.MaxImages}. Take some out.");
        return [.. files.Select(file => new StyleImage(file, weight / files.Length, scope))];
    }

    /// <summary>A file with the weight 1.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator StyleImage(string path) => new(path);

    /// <summary>The file's path, the weight and the scope.</summary>
    public override string ToString() => $"{Path ?? $"{_image!.Width} x {_image.Height} pixels"}{(Weight == 1 ? "" : $", weight {Weight}")}{(Scope is null ? "" : $", {Scope}")}";

    internal PlanarImage Read(PictureReadOptions? options = null) => _image
        ?? ImagePixels.Of(PictureReader.Read(Path!, "style image", options)).Visible;

    /// <summary>Refuses a file that is not there, before anything long begins.</summary>
    internal void CheckFile()
    {
        if (Path is not null) PictureReader.Check(Path, "style image");
        foreach (string mask in Masks) PictureReader.Check(mask, "style mask");
    }

    private static double Check(double weight) => weight > 0 && double.IsFinite(weight)
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight,
            "The weight of a style image must be positive and finite. Leave the image out to give it no weight.");
}
