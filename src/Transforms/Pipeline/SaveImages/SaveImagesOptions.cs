namespace MLNetStyle;

/// <summary>How <c>SaveImages</c> names and writes its files.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed record SaveImagesOptions
{
    /// <summary>Quality, bits of a sample and background. Default <see cref="PictureWriteOptions.Default"/>.</summary>
    public PictureWriteOptions Writing { get; init; } = PictureWriteOptions.Default;

    /// <summary>
    /// The ending that all files get in place of their own, and with it their format: .png, .jpg, .jpeg or .webp. Null keeps the ending of
    /// each name; one that names no format that can be written gets .png after it. Default null.
    /// </summary>
    /// <exception cref="ArgumentException">It is another one.</exception>
    public string? Ending
    {
        get;
        init => field = value is null || (value.StartsWith('.') && PictureFile.CanWrite("a" + value)) ? value
            : throw new ArgumentException($"{nameof(Ending)} is '{value}'; it must be .png, .jpg, .jpeg, .webp or null.", nameof(value));
    }

    /// <summary>
    /// Whether a file that exists is left as it is, whatever it holds: its row's image is then not asked for, so that it isn't computed. A
    /// loaded model computes it all the same, and leaves the file too. Default no.
    /// </summary>
    public bool SkipExisting { get; init; }

    /// <summary>
    /// Whether a file that exists is replaced. Without it only those are that this transformer has written itself: with names that are
    /// relative, the folder of the originals can't be told from another, and a picture that was read must not be lost. A full path whose
    /// file lies in the folder is refused in any case. <see cref="SkipExisting"/> goes before. Default no.
    /// </summary>
    public bool Overwrite { get; init; }
}
