namespace MLNetStyle;

/// <summary>The formats of picture files that can be read, the last three with a decoder of another package.</summary>
public enum PictureFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG, baseline and progressive.</summary>
    Jpeg,

    /// <summary>WebP; of an animation the first frame.</summary>
    WebP,

    /// <summary>GIF; of an animation the first frame.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>TIFF; of several pages the first. Read through an <see cref="IPictureDecoder"/>.</summary>
    Tiff,

    /// <summary>HEIF with HEVC, as phones write it. Read through an <see cref="IPictureDecoder"/>.</summary>
    Heic,

    /// <summary>AVIF. Read through an <see cref="IPictureDecoder"/>.</summary>
    Avif,
}
