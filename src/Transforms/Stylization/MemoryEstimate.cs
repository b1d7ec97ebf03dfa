using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>What a run takes of the memory, before it is taken.</summary>
internal static class MemoryEstimate
{
    /// <summary>L-BFGS keeps as many pairs as fit into this, but no fewer than <see cref="LeastPairs"/>.</summary>
    public const long MostHistoryBytes = 256L << 20;

    public const int LeastPairs = 5;

    /// <summary>The runtime and what doesn't grow with the picture.</summary>
    private const long Base = 130L << 20;

    /// <summary>Picture, gradient, steps and targets, for each pixel.</summary>
    private const int PixelBytes = 180;

    /// <summary>A weight as it is read, and transformed for the kernels of both directions.</summary>
    private const int WeightBytes = 33;

    /// <summary>The pairs of steps that L-BFGS keeps for a picture.</summary>
    /// <param name="history">The option.</param>
    /// <param name="length">The picture's samples.</param>
    public static int Pairs(int history, int length) =>
        (int)Math.Min(history, Math.Max(LeastPairs, MostHistoryBytes / PairBytes(length)));

    /// <summary>The bytes of a run on the CPU engine: within a tenth of what was measured for compact and VGG-19 from 512 to 1536
    /// pixels.</summary>
    /// <param name="layers">The layers that are computed; of two networks those of the larger one.</param>
    /// <param name="options">The options.</param>
    /// <param name="pixels">The picture's width times its height.</param>
    public static long Bytes(IReadOnlyList<NetworkLayer> layers, StylizationOptions options, long pixels)
    {
        double floats = 0;
        long weights = 0;
        int channels = 3;
        foreach (NetworkLayer layer in layers)
        {
            if (layer.Kind == NetworkLayerKind.Convolution)
            {
                floats += (double)layer.Channels / (layer.Downscale * layer.Downscale);
                weights += 9L * channels * layer.Channels;
            }
            channels = layer.Channels;
        }
        long samples = PlanarImage.Channels * pixels;
        long history = options.Optimizer == OptimizerKind.Lbfgs
            ? Pairs(options.History, (int)Math.Min(samples, int.MaxValue)) * PairBytes(samples) : 3 * sizeof(float) * samples;
        return Base + (WeightBytes * weights) + (long)(pixels * ((sizeof(float) * floats) + PixelBytes)) + history;
    }

    // A step and the change of its gradient, in 16 bits each.
    private static long PairBytes(long length) => 2L * sizeof(short) * length;
}
