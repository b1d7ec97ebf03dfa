using MLNetStyle.Kernels;

namespace MLNetStyle.Training;

/// <summary>Runs a transform network, and takes the gradient of a picture back to its parameters, on this library's own
/// convolutions.</summary>
/// <remarks>Results do not depend on the number of threads. Not safe for use by several threads.</remarks>
internal sealed unsafe class TransformEngine : IDisposable
{
    /// <summary>Bytes of the largest map from which memory is given back as soon as it can be.</summary>
    private const long LargeMap = 64L << 20;

    private const int Parts = 8;

    private readonly TransformShape _shape;
    private readonly KernelSet _kernels;
    private readonly WorkerPool _pool;
    private readonly ConvolutionRunner _runner;
    private readonly FilterGradientRunner _filterRunner;
    private readonly LayerState[] _layers;
    private readonly AlignedBuffer _noBias;
    private readonly List<(PaddedMap Map, bool Taken)> _maps = [];
    private readonly Work _moments;
    private readonly Work _normalizing;
    private readonly Work _sums;
    private readonly Work _backward;
    private AlignedBuffer? _scratch;
    private PaddedMap? _input;
    private NormCall[] _calls = [];
    private double[] _partial = [];
    private int _height;
    private int _width;
    private bool _kept;
    private bool _disposed;

    public TransformEngine(TransformShape shape, int threads = 0, SimdPath? path = null)
    {
        _shape = shape;
        _kernels = KernelSet.Create(SimdPaths.Choose(path));
        _pool = new WorkerPool(threads == 0 ? Environment.ProcessorCount : threads);
        _runner = new ConvolutionRunner(_kernels, _pool);
        _filterRunner = new FilterGradientRunner(_kernels, _pool);
        _layers = [.. shape.Layers.Select(l => new LayerState(l))];
        _noBias = new AlignedBuffer(_layers.Max(l => l.Outputs) * sizeof(float));
        _moments = new Work((item, _) =>
            Part(item, (block, first, end, sums) => _kernels.AddMoments(_calls[block].Values, first, end, sums)));
        _sums = new Work((item, _) => Part(item, (block, first, end, sums) => _kernels.AddNormGradient(_calls[block], first, end, sums)));
        _normalizing = new Work((item, _) => Part(item, (block, first, end, _) => _kernels.Normalize(_calls[block], first, end)));
        _backward = new Work((item, _) => Part(item, (block, first, end, _) => _kernels.NormBackward(_calls[block], first, end)));
    }

    private delegate void RowWork(int block, int first, int end, double* sums);

    /// <summary>Threads are not collected by themselves.</summary>
    ~TransformEngine() => _pool?.Stop();

    /// <summary>Takes the parameters that all styles share.</summary>
    public void SetShared(ReadOnlySpan<float> shared, bool backward)
    {
        fixed (float* parameters = shared)
        {
            foreach (LayerState layer in _layers)
            {
                float* filters = parameters + layer.Layer.FilterOffset;
                for (int block = 0; block < layer.Outputs / Layout.Block; block++)
                    _kernels.PackWeights(filters, layer.Layer.Inputs, layer.Layer.Outputs, false, false, block, layer.Forward.Floats);
                if (!backward) continue;
                layer.Backward ??= new AlignedBuffer(KernelSet.WeightFloats(layer.Inputs, layer.Outputs, false) * sizeof(float));
                for (int block = 0; block < layer.Inputs / Layout.Block; block++)
                    _kernels.PackWeights(filters, layer.Layer.Inputs, layer.Layer.Outputs, true, false, block, layer.Backward.Floats);
            }
        }
        for (int c = 0; c < PlanarImage.Channels; c++) _layers[^1].Shift[c] = shared[_shape.BiasOffset + c];
    }

    /// <summary>Paints.</summary>
    /// <param name="image">Three planes, 0..255.</param>
    /// <param name="width">A multiple of <see cref="TransformShape.Multiple"/>, at least
    /// <see cref="TransformShape.LeastSide"/>.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="norms">A style's parameters, or a blend of several.</param>
    /// <param name="painted">Receives three planes, not cut off at 0 and 255.</param>
    /// <param name="keep">Whether <see cref="Backward"/> will follow.</param>
    /// <param name="cancellation">Looked at between layers.</param>
    public void Forward(
        ReadOnlySpan<float> image, int width, int height, ReadOnlySpan<float> norms, Span<float> painted, bool keep,
            CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int multiple = _shape.Multiple, least = _shape.LeastSide;
        if (width < least || height < least || width % multiple != 0 || height % multiple != 0)
            throw new ArgumentException($"A {_shape.Name} transform network takes pictures whose sides are multiples of {multiple} from "
                + $"{least} pixels on, not {width} x {height}.", nameof(width));
        if ((width, height, keep) != (_width, _height, _kept)) Forget();
        (_width, _height, _kept) = (width, height, keep);
        ReleaseAll();
        _input = Take(4 * PlanarImage.Channels, height / 2, width / 2, 1);
        Fold(image, _input);
        PaddedMap source = _input;
        for (int i = 0; i < _layers.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            LayerState state = _layers[i];
            TransformLayer layer = state.Layer;
            int times = layer.Doubles ? 2 : 1;
            state.Raw = Take(layer.Outputs, height / layer.Downscale, width / layer.Downscale, source.Border * times);
            Convolve(Call(state, source), state.Raw);
            if (!keep && layer.Beside < 0 && !InUse(source, i)) Give(source);
            if (layer.NormOffset < 0) break;
            // A doubled map has a wider border, and each residual block after it would make what is in the outer ring larger: it ends here.
            bool own = keep || (layer.Doubles && layer.Beside >= 0);
            state.Out = layer.Folds ? Take(4 * layer.Outputs, state.Raw.Height / 2, state.Raw.Width / 2, 1)
                : own ? Take(layer.Outputs, state.Raw.Height, state.Raw.Width, 1) : state.Raw;
            Normalize(state, norms, height / layer.Downscale, width / layer.Downscale, i);
            if (!keep && state.Out != state.Raw) Give(state.Raw);
            if (!keep && layer.Beside >= 0)
            {
                Give(source);
                Give(_layers[layer.Beside].Out!);
            }
            source = state.Out;
        }
        Unblock(_layers[^1].Raw!, _layers[^1].Shift, painted);
    }

    /// <summary>Adds the gradients by the parameters, at the picture that was painted last.</summary>
    /// <param name="gradient">The gradient by the painted picture, three planes.</param>
    /// <param name="shared">Gradients by the shared parameters, added to; empty leaves them out.</param>
    /// <param name="norms">Gradients by the norms' parameters, added to.</param>
    /// <param name="spikeWeight">The weight of <see cref="SpikePenalty"/>, whose gradient is added; 0 for none.</param>
    /// <returns>The penalty.</returns>
    public double Backward(ReadOnlySpan<float> gradient, Span<float> shared, Span<float> norms, double spikeWeight = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_kept) throw new InvalidOperationException("The last picture was painted without keeping what the gradient needs.");
        double penalty = 0;
        LayerState last = _layers[^1];
        PaddedMap current = Gradient(last, last.Raw!);
        Span<float> offsets = stackalloc float[PlanarImage.Channels];
        Block(gradient, current, shared.IsEmpty ? offsets : shared.Slice(_shape.BiasOffset, PlanarImage.Channels));
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            LayerState state = _layers[i];
            PaddedMap source = i == 0 ? _input! : _layers[i - 1].Out!;
            if (!shared.IsEmpty) AddFilterGradient(state, source, current, shared);
            if (i == 0) break;
            LayerState below = _layers[i - 1];
            PaddedMap to = below.OutGradient ??= GradientOf(below, i - 1);
            ConvolveBack(state, current, to, Joins(i) ? to : null);
            BorderKind kind = state.Layer.Doubles ? BorderKind.Edge : BorderKind.Reflect;
            for (int block = 0; block < to.Blocks; block++)
            {
                if (below.Layer.Folds) to.FoldBorder(Folded(block, below), block);
                else to.FoldBorder(kind, block);
            }
            current = Gradient(below, below.Raw!);
            NormBackward(below, to, current, norms, i - 1);
            if (spikeWeight == 0) continue;
            for (int block = 0; block < current.Blocks; block++)
            {
                int at = block * Layout.Block;
                penalty += SpikePenalty.Add(below.Raw!.Block(block), current.Block(block), below.Raw.Height, below.Mean + at,
                    below.Inverse + at, spikeWeight);
            }
        }
        return penalty;
    }

    /// <summary>How many deviations the place stands out that stands out most in any normalised map of the last picture, which must have
    /// been kept: what <see cref="SpikePenalty"/> holds down.</summary>
    public float LargestDeviation()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_kept) throw new InvalidOperationException("The last picture was painted without keeping its maps.");
        float most = 0;
        foreach (LayerState state in _layers.Where(l => l.Layer.NormOffset >= 0))
            for (int block = 0; block < state.Raw!.Blocks; block++)
                most = Math.Max(most, SpikePenalty.Most(state.Raw.Block(block), state.Raw.Height, state.Mean + block * Layout.Block,
                    state.Inverse + block * Layout.Block));
        return most;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _pool.Dispose();
        Forget();
        foreach (LayerState layer in _layers) layer.Dispose();
        _noBias.Dispose();
        _scratch?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the gradient by the result of the layer below also comes round a residual block or branch, and is there
    /// already.</summary>
    private bool Joins(int layer) => Array.Exists(_layers, l => l.Layer.Beside == layer - 1);

    /// <summary>The gradient map of a layer's result; the results along the residual blocks share one.</summary>
    private PaddedMap GradientOf(LayerState state, int index)
    {
        int later = Array.FindIndex(_layers, l => l.Layer.Beside == index);
        if (later >= 0) return _layers[later].OutGradient!;
        PaddedMap map = state.Out!;
        return Take(map.Blocks * Layout.Block, map.Height, map.Width, map.Border);
    }

    /// <summary>The gradient by what a convolution left: a map whose border stays zero, shared by layers of one geometry.</summary>
    private PaddedMap Gradient(LayerState state, PaddedMap raw)
    {
        if (state.RawGradient is not null) return state.RawGradient;
        LayerState? same = Array.Find(_layers, l => l.RawGradient is { } g && Same(g, raw.Blocks, raw.Height, raw.Width, raw.Border));
        return state.RawGradient = same?.RawGradient ?? Take(raw.Blocks * Layout.Block, raw.Height, raw.Width, raw.Border);
    }

    private ConvolutionCall Call(LayerState state, PaddedMap source)
    {
        int times = state.Layer.Doubles ? 2 : 1;
        return new ConvolutionCall
        {
            Inputs = state.Inputs,
            Outputs = state.Outputs,
            Height = source.Rows * times,
            Width = source.Columns * times,
            Weights = state.Forward.Floats,
            Source = source.Data,
            Unpool = state.Layer.Doubles,
            SourceScale = 1,
            Bias = _noBias.Floats,
        };
    }

    private void Convolve(ConvolutionCall call, PaddedMap target)
    {
        call.Target = target.Data;
        _runner.Run(call, Scratch(ConvolutionRunner.ScratchFloats(call, _pool.Workers)));
    }

    private void AddFilterGradient(LayerState state, PaddedMap source, PaddedMap gradient, Span<float> shared)
    {
        ConvolutionCall call = Call(state, source);
        fixed (float* filters = shared.Slice(state.Layer.FilterOffset, state.Layer.Filters))
            _filterRunner.Run(call, gradient.Data, state.Layer.Inputs, state.Layer.Outputs, filters,
                Scratch(FilterGradientRunner.ScratchFloats(call)));
    }

    private void ConvolveBack(LayerState state, PaddedMap gradient, PaddedMap target, PaddedMap? before)
    {
        PaddedMap full = state.Layer.Doubles
            ? state.DoubledGradient ??= Take(target.Blocks * Layout.Block, gradient.Height, gradient.Width, gradient.Border) : target;
        ConvolutionCall call = new()
        {
            Inputs = state.Outputs,
            Outputs = state.Inputs,
            Height = gradient.Rows,
            Width = gradient.Columns,
            Weights = state.Backward!.Floats,
            Source = gradient.Data,
            Backward = true,
            Before = before is null ? null : before.Data,
            Target = full.Data,
        };
        _runner.Run(call, Scratch(ConvolutionRunner.ScratchFloats(call, _pool.Workers)));
        if (!state.Layer.Doubles) return;
        for (int block = 0; block < target.Blocks; block++)
        {
            long plane = (long)target.Rows * target.Columns * Layout.Block;
            _kernels.SumFours(full.Data + 4 * block * plane, target.Data + block * plane, target.Columns, 0, target.Rows);
        }
    }

    private void Normalize(LayerState state, ReadOnlySpan<float> norms, int height, int width, int index)
    {
        TransformLayer layer = state.Layer;
        PaddedMap raw = state.Raw!, result = state.Out!;
        int blocks = raw.Blocks;
        if (_calls.Length < blocks) _calls = new NormCall[blocks];
        for (int block = 0; block < blocks; block++) _calls[block] = new NormCall { Values = raw.Block(block) };
        double[] sums = Sums(_moments, raw.Height, blocks);
        double pixels = (double)height * width;
        ReadOnlySpan<float> scales = norms.Slice(layer.NormOffset, layer.Outputs),
            shifts = norms.Slice(layer.NormOffset + layer.Outputs, layer.Outputs);
        for (int channel = 0; channel < layer.Outputs; channel++)
        {
            int at = channel / Layout.Block * 2 * Layout.Block + channel % Layout.Block;
            double mean = sums[at] / pixels, variance = Math.Max(0, sums[at + Layout.Block] / pixels - mean * mean),
                inverse = 1 / Math.Sqrt(variance + TransformShape.Epsilon);
            state.Mean[channel] = (float)mean;
            state.Inverse[channel] = (float)inverse;
            state.Scale[channel] = (float)(scales[channel] * inverse);
            state.Shift[channel] = (float)(shifts[channel] - mean * scales[channel] * inverse);
        }
        PaddedMap? beside = layer.Beside < 0 ? null : _layers[layer.Beside].Out;
        for (int block = 0; block < blocks; block++) SetCall(state, result, beside, block);
        _pool.Run(_normalizing, blocks * Parts);
        BorderKind kind = index + 1 < _layers.Length && _layers[index + 1].Layer.Doubles ? BorderKind.Edge : BorderKind.Reflect;
        for (int block = 0; block < result.Blocks; block++)
        {
            if (layer.Folds) result.FillBorder(Folded(block, state), block);
            else result.FillBorder(kind, block);
        }
    }

    private void NormBackward(LayerState state, PaddedMap from, PaddedMap to, Span<float> norms, int index)
    {
        TransformLayer layer = state.Layer;
        PaddedMap raw = state.Raw!;
        int blocks = raw.Blocks;
        for (int block = 0; block < blocks; block++)
        {
            SetCall(state, from, null, block);
            _calls[block].Gradient = to.Block(block);
        }
        double[] sums = Sums(_sums, raw.Height, blocks);
        double pixels = (double)raw.Height * raw.Width;
        Span<float> scales = norms.Slice(layer.NormOffset, layer.Outputs),
            shifts = norms.Slice(layer.NormOffset + layer.Outputs, layer.Outputs);
        for (int channel = 0; channel < layer.Outputs; channel++)
        {
            int at = channel / Layout.Block * 2 * Layout.Block + channel % Layout.Block;
            shifts[channel] += (float)sums[at];
            scales[channel] += (float)sums[at + Layout.Block];
            state.MeanGradient[channel] = (float)(sums[at] / pixels);
            state.MeanProduct[channel] = (float)(sums[at + Layout.Block] / pixels);
        }
        _pool.Run(_backward, blocks * Parts);
    }

    private void SetCall(LayerState state, PaddedMap result, PaddedMap? beside, int block)
    {
        int at = block * Layout.Block;
        PaddedMap raw = state.Raw!;
        _calls[block] = new NormCall
        {
            Values = raw.Block(block),
            Target = result.Block(block),
            Folds = state.Layer.Folds,
            FoldStride = (nint)raw.Blocks * result.Rows * result.Columns * Layout.Block,
            Scale = state.Scale + at,
            Shift = state.Shift + at,
            Relu = state.Layer.Relu,
            Beside = beside?.Block(block) ?? default,
            Mean = state.Mean + at,
            Inverse = state.Inverse + at,
            MeanGradient = state.MeanGradient + at,
            MeanProduct = state.MeanProduct + at,
        };
    }

    private double[] Sums(Work work, int height, int blocks)
    {
        int length = blocks * Parts * 2 * Layout.Block;
        if (_partial.Length < length) _partial = new double[length];
        _partial.AsSpan(0, length).Clear();
        _rows = height;
        _pool.Run(work, blocks * Parts);
        double[] sums = new double[blocks * 2 * Layout.Block];
        for (int block = 0; block < blocks; block++)
            for (int part = 0; part < Parts; part++)
                for (int i = 0; i < 2 * Layout.Block; i++) sums[block * 2 * Layout.Block
                    + i] += _partial[(block * Parts + part) * 2 * Layout.Block + i];
        return sums;
    }

    private int _rows;

    private void Part(int item, RowWork work)
    {
        int part = item % Parts, step = Layout.RoundUp((_rows + Parts - 1) / Parts, 2), first = Math.Min(part * step, _rows),
            end = Math.Min(first + step, _rows);
        if (first == end) return;
        fixed (double* sums = &_partial[item * 2 * Layout.Block]) work(item / Parts, first, end, sums);
    }

    /// <summary>How the border of a block of a folded map repeats its inside.</summary>
    private static BorderSides Folded(int block, LayerState state)
    {
        int place = block / (state.Outputs / Layout.Block);
        return BorderSides.Folded(place >> 1, place & 1);
    }

    /// <summary>Four pixels into the channels of one, -1..1: channel (2 y + x) 3 + c, with a border of reflected pixels.</summary>
    private static void Fold(ReadOnlySpan<float> image, PaddedMap map)
    {
        const float Scale = 1 / 127.5f;
        PaddedBlock block = map.Block(0);
        int width = 2 * map.Width, height = 2 * map.Height, plane = width * height;
        fixed (float* source = image)
        {
            for (int y = -1; y <= map.Height; y++)
            {
                float* upper = source + (long)Reflected(2 * y, height) * width, lower = source + (long)Reflected(2 * y + 1, height) * width;
                float* target = block.Inside + y * block.Row - Layout.Block;
                for (int x = -1; x <= map.Width; x++, target += Layout.Block)
                {
                    int left = Reflected(2 * x, width), right = Reflected(2 * x + 1, width);
                    for (int c = 0, at = 0; c < PlanarImage.Channels; c++, at += plane)
                    {
                        target[c] = upper[at + left] * Scale - 1;
                        target[3 + c] = upper[at + right] * Scale - 1;
                        target[6 + c] = lower[at + left] * Scale - 1;
                        target[9 + c] = lower[at + right] * Scale - 1;
                    }
                }
            }
        }
    }

    private static int Reflected(int at, int length) => at < 0 ? -at : at >= length ? 2 * length - 2 - at : at;

    private static void Unblock(PaddedMap map, float* bias, Span<float> painted)
    {
        PaddedBlock block = map.Block(0);
        fixed (float* target = painted)
        {
            for (int c = 0; c < PlanarImage.Channels; c++)
            {
                float* t = target + (long)c * map.Height * map.Width;
                for (int y = 0; y < map.Height; y++)
                {
                    float* p = block.Inside + y * block.Row + c;
                    for (int x = 0; x < map.Width; x++, p += Layout.Block) *t++ = 127.5f * (1 + *p + bias[c]);
                }
            }
        }
    }

    private static void Block(ReadOnlySpan<float> gradient, PaddedMap map, Span<float> bias)
    {
        PaddedBlock block = map.Block(0);
        fixed (float* source = gradient)
        {
            for (int c = 0; c < PlanarImage.Channels; c++)
            {
                float* s = source + (long)c * map.Height * map.Width;
                double sum = 0;
                for (int y = 0; y < map.Height; y++)
                {
                    float* p = block.Inside + y * block.Row + c;
                    float row = 0;
                    for (int x = 0; x < map.Width; x++, p += Layout.Block) row += *p = 127.5f * *s++;
                    sum += row;
                }
                bias[c] += (float)sum;
            }
        }
    }

    private float* Scratch(long floats)
    {
        if (_scratch is null || _scratch.Bytes < floats * sizeof(float))
        {
            _scratch?.Dispose();
            _scratch = new AlignedBuffer(floats * sizeof(float));
        }
        return _scratch.Floats;
    }

    private static bool Same(PaddedMap map, int blocks, int height, int width, int border) =>
        map.Blocks == blocks && map.Height == height && map.Width == width && map.Border == border;

    /// <summary>A map, zeroed where it is new; one that was given back holds what it held, but for nothing that counts.</summary>
    private PaddedMap Take(int channels, int height, int width, int border)
    {
        int at = _maps.FindIndex(m => !m.Taken && Same(m.Map, Layout.Blocks(channels), height, width, border));
        if (at >= 0)
        {
            _maps[at] = (_maps[at].Map, true);
            return _maps[at].Map;
        }
        PaddedMap map = new(channels, height, width, border);
        _maps.Add((map, true));
        return map;
    }

    private void Give(PaddedMap map)
    {
        int at = _maps.FindIndex(m => m.Map == map);
        if (map.Floats * sizeof(float) >= LargeMap)
        {
            _maps.RemoveAt(at);
            map.Dispose();
        }
        else _maps[at] = (map, false);
    }

    /// <summary>Whether a later layer adds the map that a layer reads.</summary>
    private bool InUse(PaddedMap source, int layer) =>
        _layers.Skip(layer + 1).Any(l => l.Layer.Beside >= 0 && l.Layer.Beside < layer && _layers[l.Layer.Beside].Out == source);

    private void ReleaseAll()
    {
        if (_kept && _layers[0].RawGradient is not null)
        {
            // Maps of gradients keep their places, so that their borders stay zero.
            HashSet<PaddedMap> gradients = [.. _layers.SelectMany(l =>
                new[] { l.RawGradient, l.OutGradient, l.DoubledGradient }).OfType<PaddedMap>()];
            for (int i = 0; i < _maps.Count; i++) _maps[i] = (_maps[i].Map, gradients.Contains(_maps[i].Map));
            return;
        }
        for (int i = 0; i < _maps.Count; i++) _maps[i] = (_maps[i].Map, false);
    }

    private void Forget()
    {
        foreach ((PaddedMap map, _) in _maps) map.Dispose();
        _maps.Clear();
        foreach (LayerState layer in _layers) layer.Forget();
        _input = null;
    }

    private sealed class LayerState : IDisposable
    {
        private readonly AlignedBuffer _numbers;

        public LayerState(TransformLayer layer)
        {
            Layer = layer;
            (Inputs, Outputs) = (Layout.Padded(layer.Inputs), Layout.Padded(layer.Outputs));
            Forward = new AlignedBuffer(KernelSet.WeightFloats(Inputs, Outputs, false) * sizeof(float));
            _numbers = new AlignedBuffer(6L * Outputs * sizeof(float));
        }

        public TransformLayer Layer { get; }

        public int Inputs { get; }

        public int Outputs { get; }

        public AlignedBuffer Forward { get; }

        public AlignedBuffer? Backward { get; set; }

        public PaddedMap? Raw { get; set; }

        public PaddedMap? Out { get; set; }

        public PaddedMap? RawGradient { get; set; }

        public PaddedMap? OutGradient { get; set; }

        public PaddedMap? DoubledGradient { get; set; }

        public float* Scale => _numbers.Floats;

        public float* Shift => _numbers.Floats + Outputs;

        public float* Mean => _numbers.Floats + 2 * Outputs;

        public float* Inverse => _numbers.Floats + 3 * Outputs;

        public float* MeanGradient => _numbers.Floats + 4 * Outputs;

        public float* MeanProduct => _numbers.Floats + 5 * Outputs;

        public void Forget() => Raw = Out = RawGradient = OutGradient = DoubledGradient = null;

        public void Dispose()
        {
            Forward.Dispose();
            Backward?.Dispose();
            _numbers.Dispose();
        }
    }
}
