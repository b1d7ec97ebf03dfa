namespace MLNetStyle;

/// <summary>A style to learn: its name in the network, and the pictures that it is taken from.</summary>
/// <remarks>Immutable and safe to share between threads. A path can stand for it: the file's name without its ending is the
/// style's.</remarks>
public sealed class FastStyle
{
    /// <summary>A style.</summary>
    /// <param name="name">Its name, one that differs from the others' not in capitals alone.</param>
    /// <param name="images">Its pictures with their weights; a path may stand for one.</param>
    /// <exception cref="ArgumentException">The name is empty, or there is no picture.</exception>
    public FastStyle(string name, params IReadOnlyList<StyleImage> images)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0
            || images.Any(image =>
            image is null)) throw new ArgumentException($"The style '{name}' has no picture, or one that is null. Give at least one.",
            nameof(images));
        (Name, Images) = (name.Trim(), [.. images]);
    }

    /// <summary>The style's name.</summary>
    public string Name { get; }

    /// <summary>Its pictures.</summary>
    public IReadOnlyList<StyleImage> Images { get; }

    /// <summary>A style of one file, named after it.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator FastStyle(string path) => new(Path.GetFileNameWithoutExtension(path), new StyleImage(path));

    /// <summary>The name and the pictures.</summary>
    public override string ToString() => $"{Name} ({string.Join("; ", Images)})";

    internal StyleSource Read()
    {
        StyleSource source = new();
        foreach (StyleImage image in Images) source.Add(image.Read(), image.Weight, image.Scope);
        return source;
    }
}
