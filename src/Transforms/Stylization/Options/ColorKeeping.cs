namespace MLNetStyle.Stylization;

/// <summary>What each way of keeping the content's colours does before and after a run (Gatys et al. 2016).</summary>
internal sealed record ColorKeeping(PreserveColorMode Mode, LuminanceSpace Space, ColorMatching Matching, bool MatchLuminance)
{
    /// <summary>Whether the style looks different for each content, so that its images are needed at every run.</summary>
    public bool RecolorsStyle => Mode == PreserveColorMode.Histogram || (Mode == PreserveColorMode.Luminance && MatchLuminance);

    public static ColorKeeping Of(StylizationOptions options) =>
        new(options.PreserveColor, options.LuminanceSpace, options.ColorMatching, options.MatchLuminance);

    /// <summary>Refuses what is undefined and what would have no effect.</summary>
    public void Validate(string modeName)
    {
        Defined(modeName, Mode);
        Defined(nameof(LuminanceSpace), Space);
        Defined(nameof(ColorMatching), Matching);
        bool luminance = Mode == PreserveColorMode.Luminance,
            histogram = Mode is PreserveColorMode.Histogram or PreserveColorMode.HistogramAfter;
        if (Space != LuminanceSpace.Yiq && !luminance)
            throw Idle(nameof(LuminanceSpace), Space, $"only {modeName} {PreserveColorMode.Luminance} parts luminance from colour");
        if (MatchLuminance && !luminance)
            throw Idle(nameof(MatchLuminance), MatchLuminance, $"only {modeName} {PreserveColorMode.Luminance} works on luminance");
        if (Matching != ColorMatching.SquareRoot && !histogram)
            throw Idle(nameof(ColorMatching), Matching,
                $"only {modeName} {PreserveColorMode.Histogram} and {PreserveColorMode.HistogramAfter} match colours");

        ArgumentException Idle(string name, object value, string reason) =>
            new($"{name} is {value}, but {modeName} is {Mode}, and {reason}. Choose that, or leave {name} out.", name);
    }

    /// <summary>What the network is shown of an image: the image itself, or its luminance.</summary>
    public PlanarImage Seen(PlanarImage image) => Mode == PreserveColorMode.Luminance ? ColorTransfer.Grey(image, Space) : image;

    /// <summary>A style image as it is measured for a content.</summary>
    public PlanarImage Style(PlanarImage image, PlanarImage content) => !RecolorsStyle ? image : Clamped(Mode == PreserveColorMode.Histogram
        ? ColorTransfer.MatchHistogram(image, content, Matching)
        : ColorTransfer.MatchLuminance(image, content, Space));

    /// <summary>A picture that a run has made, in its final colours.</summary>
    public PlanarImage Finished(PlanarImage picture, PlanarImage content) => Mode switch
    {
        PreserveColorMode.Luminance => Clamped(ColorTransfer.Luminance(picture, content, Space)),
        PreserveColorMode.HistogramAfter => Clamped(ColorTransfer.MatchHistogram(picture, content, Matching)),
        _ => picture,
    };

    /// <summary>The same on any picture, of which nothing was prepared before.</summary>
    public PlanarImage Applied(PlanarImage picture, PlanarImage content) => Mode == PreserveColorMode.Luminance
        ? ColorTransfer.Luminance(picture, content, Space, MatchLuminance)
        : ColorTransfer.MatchHistogram(picture, content, Matching);

    private static PlanarImage Clamped(PlanarImage image)
    {
        PixelBytes.Clamp(image);
        return image;
    }

    private static void Defined<T>(string name, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentException($"{name} is {value}; it must be one of "
            + $"{string.Join(", ", Enum.GetNames<T>())}.", name);
    }
}
