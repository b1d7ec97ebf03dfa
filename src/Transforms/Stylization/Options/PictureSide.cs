namespace MLNetStyle;

/// <summary>The side of a picture that a size is for.</summary>
public enum PictureSide
{
    /// <summary>The longer one.</summary>
    Longer,

    /// <summary>The height.</summary>
    Height,
}
