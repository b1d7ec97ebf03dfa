namespace MLNetStyle;

/// <summary>The sizes that a picture goes through, coarse to fine, and the iterations of each.</summary>
/// <remarks>
/// The coarse sizes lay the picture out: strokes larger than a network's field of view at full size, found at a fraction of the
/// cost. The fine ones only sharpen, so they get fewer iterations.
/// </remarks>
internal static class StageSchedule
{
    /// <summary>Plans the stages for a final size.</summary>
    /// <param name="options">Validated options: the pyramid's factor, coarsest size and decay, and the iterations.</param>
    /// <param name="longerSide">The final picture's longer side in pixels.</param>
    /// <returns>
    /// Stages of growing size, the last of <paramref name="longerSide"/>, with the iterations of all together
    /// <see cref="StylizationOptions.Iterations"/>; where those are fewer than the stages, the coarsest stages are left out. With
    /// <see cref="StylizationOptions.StageIterations"/> each stage has its own number instead.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public static IReadOnlyList<StylizationStage> Plan(StylizationOptions options, int longerSide)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(longerSide, 1);
        List<int> sizes = [longerSide];
        for (double side = longerSide / options.PyramidFactor; side >= options.CoarsestSize - 0.5
            && (options.StageIterations.Count > 0 || sizes.Count < options.Iterations); side /= options.PyramidFactor)
        {
            int next = (int)Math.Round(side);
            if (next >= sizes[^1]) break;
            sizes.Add(next);
        }
        sizes.Reverse();
        if (options.StageIterations is { Count: > 0 } own)
            return [.. sizes.Select((s, i) => new StylizationStage(s, own[Math.Min(i, own.Count - 1)]))];
        double[] shares = [.. sizes.Select((_, i) => Math.Pow(options.StageDecay, i))];
        double sum = shares.Sum();
        StylizationStage[] stages = new StylizationStage[sizes.Count];
        int left = options.Iterations;
        double due = 0;
        for (int i = 0; i < stages.Length; i++)
        {
            due += shares[i] / sum * options.Iterations;
            int rest = stages.Length - 1 - i, done = options.Iterations - left;
            int next = rest == 0 ? left : Math.Clamp((int)Math.Round(due) - done, 1, left - rest);
            stages[i] = new StylizationStage(sizes[i], next);
            left -= next;
        }
        return stages;
    }

    /// <summary>Plans the stages of a run on one network or, at each size one after the other, on two.</summary>
    internal static IReadOnlyList<StylizationStage> Plan(StylizationOptions options, int longerSide, int networks) =>
        networks == 1 ? Plan(options, longerSide) : options.Relay.Split(Plan(options, longerSide));

    /// <summary>The size that an image is worked on in: a longer side, grown if the shorter side would be too small.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="longerSide">The longer side asked for, in pixels.</param>
    /// <param name="leastSide">The smallest shorter side that the network takes, in pixels.</param>
    /// <param name="what">What the image is, for the message.</param>
    /// <exception cref="ArgumentException">The image is so long that no size suits.</exception>
    internal static (int Width, int Height) Working(int width, int height, int longerSide, int leastSide, string what)
    {
        (int w, int h) = Resizer.Fit(width, height, longerSide);
        if (Math.Min(w, h) >= leastSide) return (w, h);
        double scale = leastSide / (double)Math.Min(width, height);
        double longer = Math.Round(scale * Math.Max(width, height));
        if (longer > StylizationOptions.MaxSize)
        {
            throw new ArgumentException(
                $"{what} is {width} x {height} pixels: at the network's least side of {leastSide} pixels it would be {longer} long, and "
                    + $"{StylizationOptions.MaxSize} is allowed. Crop it.");
        }
        return width >= height ? ((int)longer, leastSide) : (leastSide, (int)longer);
    }
}

/// <summary>One size of the pyramid or, where networks take turns at a size, one network's part of it.</summary>
/// <param name="LongerSide">The longer side of the picture in pixels.</param>
/// <param name="Iterations">How many iterations it gets; at least 1.</param>
/// <param name="Network">Which of the run's networks evaluates it, from 0.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct StylizationStage(int LongerSide, int Iterations, int Network = 0);
