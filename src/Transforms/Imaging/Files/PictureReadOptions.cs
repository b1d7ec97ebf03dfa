namespace MLNetStyle;

/// <summary>How picture files are read.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed record PictureReadOptions
{
    /// <summary>The pixels that a picture may have unless something else is said: 100 megapixels.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    /// <summary>The largest limit that can be set: what fits a <see cref="PlanarImage"/>.</summary>
    public const long LargestMaxPixels = PlanarImage.MaxPixels;

    /// <summary>Reads as the defaults say.</summary>
    public static PictureReadOptions Default { get; } = new();

    /// <summary>
    /// The pixels, width times height, that a picture may have, 1 to <see cref="LargestMaxPixels"/>; the file's header is read and one with
    /// more is
    /// refused before memory is taken for it. Sides have no limit of their own. Default <see cref="DefaultMaxPixels"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public long MaxPixels
    {
        get;
        init => field = value is >= 1 and <= LargestMaxPixels
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"{nameof(MaxPixels)} is {value}; it must be 1 to {LargestMaxPixels}.");
    } = DefaultMaxPixels;

    /// <summary>Whether a file that ends before its last pixel is taken, with what is missing black or grey. Default no.</summary>
    public bool AcceptTruncated { get; init; }

    /// <summary>
    /// The longer side, in pixels, that the picture will be shrunk to anyway; 0 for none. A picture of at least twice that is reduced by 2,
    /// 4, 8 or
    /// more while it is decoded, to not less than twice, so that it takes little memory; the picture that <see cref="Resizer.Fit"/> makes
    /// of
    /// it has the size that it would have without. Default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int LongerSide
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value),
            $"{nameof(LongerSide)} is {value}; it must be 0 or more.");
    }
}
