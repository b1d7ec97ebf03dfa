namespace MLNetStyle;

/// <summary>What the first iterate is.</summary>
public enum StartImage
{
    /// <summary>The content image: the picture keeps its layout and is finished soonest.</summary>
    Content,

    /// <summary>
    /// Independent normal values in every channel of every pixel, mean 127.5, standard deviation 64, cut to 0..255, drawn from
    /// <see cref="StylizationOptions.Seed"/>.
    /// </summary>
    Noise,

    /// <summary>An image given to the run.</summary>
    Image,
}
