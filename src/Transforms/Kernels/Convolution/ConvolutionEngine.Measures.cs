namespace MLNetStyle.Kernels;

/// <content>Taps, and what is measured of maps and image without a graph.</content>
internal sealed unsafe partial class ConvolutionEngine
{
    private const int FloatsAtOnce = PixelsAtOnce * Layout.Block;
    private const int VariationRows = 16;

    private readonly Work _squares;
    private readonly Work _variation;
    private double[] _partSums = [];
    private float* _variationGradient;
    private float _down;
    private float _across;

    /// <summary>Adds a map that is seen through a linear map over its channels, filled by each Forward; before there is an image.</summary>
    /// <param name="map">One of <see cref="Maps"/>.</param>
    /// <param name="matrix">[channels][channels]: channel k of the new map is the sum over c of matrix[k][c] times channel c.</param>
    /// <returns>The new map. <see cref="PullBack"/> brings its gradient to the other one.</returns>
    internal FeatureMap Tap(FeatureMap map, ReadOnlySpan<float> matrix)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Width != 0) throw new InvalidOperationException("Taps are added before there is an image.");
        int channels = map.Channels, padded = map.Blocks * Layout.Block;
        if (matrix.Length != channels * channels) throw new ArgumentException($"The tap of '{map.Name}' needs {channels * channels} "
            + $"numbers; there are {matrix.Length}.", nameof(matrix));
        float[] transposed = new float[matrix.Length];
        Transposer.Square(matrix, channels, transposed);
        MapTap tap = new(map, new FeatureMap(this, $"{map.Name} tapped", channels), Packed(matrix), Packed(transposed));
        _taps.Add(tap);
        return tap.Seen;

        AlignedBuffer Packed(ReadOnlySpan<float> values)
        {
            AlignedBuffer packed = new((long)padded * padded * sizeof(float));
            fixed (float* p = values) _kernels.PackMatrix(p, channels, padded, 0, padded, packed.Floats);
            return packed;
        }
    }

    /// <summary>Sets the gradient of the map under a tap, or adds to it, what the gradient of the seen map is there.</summary>
    internal void PullBack(FeatureMap seen, bool add)
    {
        AllocateGradients();
        MapTap tap = _taps.Find(t => t.Seen == seen)!;
        Multiply(seen, tap.Backward.Floats, seen.GradientData, tap.Under.GradientData, add);
    }

    /// <summary>Sets a map's gradient to, or adds to it, scale times map minus target.</summary>
    /// <param name="map">The map.</param>
    /// <param name="target">As long and in the same layout.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="add">Adds to what the gradient holds.</param>
    /// <returns>The sum of squared differences.</returns>
    internal double Difference(FeatureMap map, ReadOnlySpan<float> target, float scale, bool add)
    {
        CheckLength(map, target.Length, map.Length);
        AllocateGradients();
        (_down, _add) = (scale, add);
        int items = (int)((map.Length + FloatsAtOnce - 1) / FloatsAtOnce);
        Room(items);
        fixed (float* p = target) RunOver(map, p, _squares, items);
        return Sum(0, items, 1);
    }

    /// <summary>Sets gradient to, or adds to it, scale times values minus target: of matrices, not of maps.</summary>
    /// <returns>The sum of squared differences.</returns>
    internal double Difference(ReadOnlySpan<float> values, ReadOnlySpan<float> target, Span<float> gradient, float scale, bool add)
    {
        if (target.Length != values.Length
            || gradient.Length != values.Length) throw new ArgumentException($"Values, target and gradient hold {values.Length}, "
            + $"{target.Length} and {gradient.Length} numbers; they need as many as each other.");
        int whole = values.Length / Layout.Block * Layout.Block;
        double sum;
        fixed (float* v = values, t = target, g = gradient) sum = _kernels.Difference(v, t, g, whole, scale, add);
        for (int i = whole; i < values.Length; i++)
        {
            float difference = values[i] - target[i];
            sum += (double)difference * difference;
            gradient[i] = scale * difference + (add ? gradient[i] : 0);
        }
        return sum;
    }

    /// <summary>product = a b, [size][size] each.</summary>
    internal void MultiplySquare(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> product, int size)
    {
        if (a.Length != size * size || b.Length != a.Length
            || product.Length != a.Length) throw new ArgumentException($"Matrices of {size} x {size} were expected; there are "
            + $"{a.Length}, {b.Length} and {product.Length} numbers.");
        fixed (float* left = a, right = b, to = product) _kernels.MultiplySquare(left, right, to, size);
    }

    /// <summary>
    /// The sums of squared differences of vertical and of horizontal neighbours in the last Forward's image; 2 down and 2 across times the
    /// differences
    /// are added to the gradient.
    /// </summary>
    internal (double Vertical, double Horizontal) Variation(ReadOnlySpan<float> image, Span<float> gradient, double down, double across)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long length = ImageChannels * (long)Width * Height;
        if (image.Length != length
            || gradient.Length != length) throw new ArgumentException($"Image and gradient hold {image.Length} and {gradient.Length} "
            + $"numbers; each needs {length}.");
        (_down, _across) = ((float)(2 * down), (float)(2 * across));
        Room(2 * ImageChannels * Height);
        fixed (float* from = image, to = gradient)
        {
            _rawImage = from;
            _variationGradient = to;
            _pool.Run(_variation, ImageChannels * Chunks(Height));
        }
        return (Sum(0, ImageChannels * Height, 2), Sum(1, ImageChannels * Height, 2));
    }

    private static int Chunks(int rows) => (rows + VariationRows - 1) / VariationRows;

    private void Room(int sums)
    {
        if (_partSums.Length < sums) _partSums = new double[sums];
    }

    private double Sum(int first, int count, int stride)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += _partSums[first + i * stride];
        return sum;
    }

    private void SquaresPart(int item, int worker)
    {
        FeatureMap map = _map!;
        long first = (long)item * FloatsAtOnce;
        _partSums[item] = _kernels.Difference(map.Data + first, _planar + first, map.GradientData + first,
            Math.Min(FloatsAtOnce, map.Length - first), _down, _add);
    }

    private void VariationPart(int item, int worker)
    {
        int chunks = Chunks(Height), channel = item / chunks, first = item % chunks * VariationRows;
        long plane = (long)channel * Width * Height;
        fixed (double* sums = _partSums)
        {
            for (int row = first; row < Math.Min(first + VariationRows, Height); row++)
                _kernels.VariationRow(_rawImage + plane, _variationGradient + plane, Width, Height, row, _down, _across, sums
                    + 2 * (channel * Height + row));
        }
    }
}
