namespace MLNetStyle.Kernels;

internal sealed unsafe partial class ConvolutionEngine
{
    private readonly AlignedBuffer?[] _slots = new AlignedBuffer?[2];
    private AlignedBuffer? _image;
    private AlignedBuffer? _scratch;
    private AlignedBuffer? _weights;
    private bool _gradients;

    /// <summary>Takes the memory for a size, unless it is the one at hand; the maps of the old size are gone after that.</summary>
    private void Plan(int width, int height)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (width == Width && height == Height) return;
        if (width is < 1 or > MostSide || height is < 1 or > MostSide)
            throw new ArgumentException($"An image of {width} x {height} pixels: sides must be from 1 to {MostSide}.");
        CheckPools(width, height);
        Forget();
        try
        {
            Allocate(width, height);
        }
        catch
        {
            Forget();
            throw;
        }
        Width = width;
        Height = height;
    }

    private void CheckPools(int width, int height)
    {
        int w = width, h = height;
        foreach (Stage stage in _stages)
        {
            if (stage.Pool == PoolKind.None) continue;
            w /= 2;
            h /= 2;
            if (w == 0 || h == 0)
                throw new ArgumentException($"An image of {width} x {height} pixels is too small: the pooling after "
                    + $"'{stage.Convolution.Name}' leaves nothing of it.");
        }
    }

    private void Allocate(int width, int height)
    {
        long slot = 0, scratch = 0, weights = 0;
        int h = height, w = width;
        foreach (Stage stage in _stages)
        {
            stage.Height = h;
            stage.Width = w;
            Shape(stage.Plain, h, w);
            Shape(stage.Full, h, w);
            h = stage.OutHeight;
            w = stage.OutWidth;
            Shape(stage.Pooled, h, w);
            if (stage.Output is null) slot = Math.Max(slot, stage.OutputBytes);
            long pixels = (long)stage.Height * stage.Width * (stage.Outputs / Layout.Block);
            if (stage.NeedsReluGate) stage.ReluGate = new AlignedBuffer(pixels * sizeof(ushort));
            if (stage.Pool == PoolKind.Max) stage.PoolGate = new AlignedBuffer(pixels * sizeof(ushort));
            if (stage == _stages[0]) continue;
            ConvolutionCall call = new()
            {
                Inputs = stage.Inputs,
                Outputs = stage.Outputs,
                Height = stage.Height,
                Width = stage.Width,
                Direct = stage.Direct
            };
            scratch = Math.Max(scratch, ConvolutionRunner.ScratchFloats(call, Threads));
            (call.Inputs, call.Outputs) = (call.Outputs, call.Inputs);
            scratch = Math.Max(scratch, ConvolutionRunner.ScratchFloats(call, Threads));
            weights = Math.Max(weights, KernelSet.WeightFloats(stage.Inputs, stage.Outputs, stage.Direct));
        }
        foreach (MapTap tap in _taps) Shape(tap.Seen, tap.Under.Height, tap.Under.Width);
        foreach (FeatureMap map in _maps.Values) scratch = Math.Max(scratch, GramFloats(map));
        for (int i = 0; i < 2; i++) _slots[i] = new AlignedBuffer(slot);
        _image = new AlignedBuffer(ImageChannels * (width + 2L) * (height + 2L) * sizeof(float));
        _scratch = new AlignedBuffer(scratch * sizeof(float));
        if (!_options.KeepTransformedWeights && (_weights is null || _weights.Bytes < weights * sizeof(float)))
        {
            _weights?.Dispose();
            _weights = new AlignedBuffer(weights * sizeof(float));
        }
    }

    private static void Shape(FeatureMap? map, int height, int width)
    {
        if (map is null) return;
        map.Height = height;
        map.Width = width;
        map.Memory = new AlignedBuffer(map.Length * sizeof(float));
    }

    /// <summary>Takes the memory of all maps' gradients; only a caller that wants gradients comes here.</summary>
    internal void AllocateGradients()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_gradients || Width == 0) return;
        foreach (FeatureMap map in AllMaps.Where(m =>
            !m.GradientInPlace)) map.GradientMemory = new AlignedBuffer(map.Length * sizeof(float));
        _gradients = true;
    }

    private void Forget()
    {
        Width = Height = 0;
        _evaluated = _gradients = false;
        foreach (FeatureMap map in AllMaps) map.Forget();
        foreach (Stage stage in _stages) stage.Forget();
        for (int i = 0; i < 2; i++)
        {
            _slots[i]?.Dispose();
            _slots[i] = null;
        }
        _image?.Dispose();
        _scratch?.Dispose();
        _image = _scratch = null;
    }

    private IEnumerable<AlignedBuffer?> Buffers()
    {
        foreach (AlignedBuffer? slot in _slots) yield return slot;
        yield return _image;
        yield return _scratch;
        yield return _weights;
        yield return _searchScratch;
        foreach (Stage stage in _stages)
        {
            yield return stage.Bias;
            yield return stage.ReluGate;
            yield return stage.PoolGate;
            foreach (AlignedBuffer? packed in stage.Packed) yield return packed;
        }
        foreach (MapTap tap in _taps)
        {
            yield return tap.Forward;
            yield return tap.Backward;
        }
        foreach (FeatureMap map in AllMaps)
        {
            yield return map.Memory;
            yield return map.GradientMemory;
        }
    }

    /// <summary>The one of the two buffers that isn't in use.</summary>
    private float* Slot(float* inUse) => _slots[0]!.Floats == inUse ? _slots[1]!.Floats : _slots[0]!.Floats;
}
