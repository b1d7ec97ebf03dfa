namespace MLNetStyle;

/// <summary>How large a network of fast styles is.</summary>
public enum FastStyleSize
{
    /// <summary>64 channels at a quarter of the picture's size: 0.47 million parameters, 1568 more for each style.</summary>
    Medium,

    /// <summary>32 channels: a quarter of the parameters and of the time, for plainer styles and weaker machines.</summary>
    Small,

    /// <summary>As medium, with a branch of 80 channels at an eighth of the picture's size, for larger shapes: 0.86 million parameters,
    /// 2560 more for each style.</summary>
    Large,
}
