namespace MLNetStyle;

/// <summary>How a picture file is written. What a format doesn't have is not looked at.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed record PictureWriteOptions
{
    /// <summary>The lowest quality.</summary>
    public const int MinQuality = 1;

    /// <summary>The highest quality, and the one that is taken unless another is asked for.</summary>
    public const int MaxQuality = 100;

    /// <summary>Writes as the defaults say.</summary>
    public static PictureWriteOptions Default { get; } = new();

    /// <summary>
    /// The quality of a JPEG or WebP file, <see cref="MinQuality"/> to <see cref="MaxQuality"/>; 90 can hardly be told from the original.
    /// From 75 on a
    /// JPEG file keeps its colours at full resolution; a WebP file of 100 is lossless. Default <see cref="MaxQuality"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public int Quality
    {
        get;
        init => field = value is >= MinQuality and <= MaxQuality
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"The quality is {value}; it must be {MinQuality} to {MaxQuality}.");
    } = MaxQuality;

    /// <summary>
    /// The bits of a PNG file's samples, 8 or 16. With 16 the samples keep eleven significant bits: steps of a sixteenth of a level or
    /// less. Default 8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is neither 8 nor 16.</exception>
    public int BitDepth
    {
        get;
        init => field = value is 8 or 16 ? value : throw new ArgumentOutOfRangeException(nameof(value),
            $"The bits of a sample are {value}; PNG files have 8 or 16.");
    } = 8;

    /// <summary>
    /// A picture file whose EXIF data (camera, date, place and so on) the written file gets, but for the orientation, which is upright, and
    /// the thumbnail. From JPEG, PNG and WebP files; one without EXIF data gives none. Null for none, the default: a place or a name should
    /// not be published by accident.
    /// </summary>
    public string? MetadataFrom { get; init; }

    /// <summary>What shows through a transparent picture in a JPEG file, which has no transparency: levels 0 to 255. Default
    /// white.</summary>
    public (byte Red, byte Green, byte Blue) Background { get; init; } = (255, 255, 255);
}
