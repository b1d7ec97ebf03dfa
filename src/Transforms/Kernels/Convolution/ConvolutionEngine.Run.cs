namespace MLNetStyle.Kernels;

internal sealed unsafe partial class ConvolutionEngine
{
    private const int RowsAtOnce = 4;

    private readonly Work _packing;
    private readonly Work _preparing;
    private readonly Work _imageForward;
    private readonly Work _imageBackward;
    private readonly Work _combining;
    private readonly Work _unpooling;
    private ImageCall _imageCall;
    private ConvolutionCall _unpool;
    private bool _evaluated;
    private float* _rawImage;
    private Stage? _stage;
    private float* _raw;
    private float* _packed;
    private bool _backward;
    private bool _direct;

    /// <summary>Computes the wanted maps of an image.</summary>
    /// <param name="image">Three planes of height x width floats.</param>
    /// <param name="width">1 to 4096, and enough for the poolings to leave a pixel.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    /// <exception cref="ArgumentException">The image has another length, or a size that doesn't work.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the maps then mean nothing.</exception>
    public void Forward(ReadOnlySpan<float> image, int width, int height, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (image.Length != ImageChannels * (long)width * height)
            throw new ArgumentException($"The image holds {image.Length} numbers; {ImageChannels} x {height} x {width} were expected.",
                nameof(image));
        Plan(width, height);
        _evaluated = false;
        Stage first = _stages[0];
        SetImageCall(first);
        fixed (float* raw = image)
        {
            _rawImage = raw;
            _pool.Run(_preparing, ImageChannels);
        }
        float* output = first.Full is { } full ? full.Data : Slot(null);
        _imageCall.Target = output;
        _pool.Run(_imageForward, (height + RowsAtOnce - 1) / RowsAtOnce);
        for (int i = 1; i < _stages.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            output = Forward(_stages[i], output);
        }
        foreach (MapTap tap in _taps) Multiply(tap.Seen, tap.Forward.Floats, tap.Under.Data, tap.Seen.Data, false);
        _evaluated = true;
    }

    /// <summary>Computes the gradient by the image from the gradients by the maps, and uses the latter up.</summary>
    /// <param name="gradient">Receives three planes, as the image of the last
    /// <see cref="Forward(ReadOnlySpan{float}, int, int, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    /// <exception cref="ArgumentException">The gradient has another length than the image had.</exception>
    /// <exception cref="InvalidOperationException">No image went forward before.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the gradient then means nothing.</exception>
    public void Backward(Span<float> gradient, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_evaluated) throw new InvalidOperationException("There is no image whose gradient could be computed: call Forward first.");
        if (gradient.Length != ImageChannels * (long)Width * Height)
            throw new ArgumentException($"The gradient has room for {gradient.Length} numbers; {ImageChannels} x {Height} x {Width} are "
                + $"needed.", nameof(gradient));
        AllocateGradients();
        float* current = Top(_stages[^1]);
        for (int i = _stages.Count - 1; i > 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            current = Backward(_stages[i], _stages[i - 1], current);
        }
        fixed (float* target = gradient)
        {
            _imageCall.Source = current;
            _imageCall.Gradient = target;
            _pool.Run(_imageBackward, (Height + RowsAtOnce - 1) / RowsAtOnce);
        }
    }

    private float* Forward(Stage stage, float* source)
    {
        bool pools = stage.Pool != PoolKind.None;
        float* output = stage.Output is { } map ? map.Data : Slot(source);
        ConvolutionCall call = new()
        {
            Inputs = stage.Inputs,
            Outputs = stage.Outputs,
            Height = stage.Height,
            Width = stage.Width,
            Direct = stage.Direct,
            Weights = Weights(stage, false),
            Source = source,
            Bias = stage.Bias.Floats,
            Relu = stage.Relu,
            Pool = stage.Pool,
            Plain = stage.Plain is { } plain ? plain.Data : null,
            Target = pools ? stage.Full is { } full ? full.Data : null : output,
            Pooled = pools ? output : null,
            ReluGate = stage.ReluGate is { } relu ? relu.Words : null,
            PoolGate = stage.PoolGate is { } pool ? pool.Words : null,
        };
        _runner.Run(call, _scratch!.Floats);
        return output;
    }

    /// <summary>The gradient by the last stage's output; before ReLU if it has no pooling.</summary>
    private float* Top(Stage stage)
    {
        if (stage.Pool != PoolKind.None) return stage.Pooled!.GradientData;
        _stage = stage;
        if (stage.Relu && stage.Full is not null) _pool.Run(_combining, stage.Outputs / Layout.Block);
        return (stage.Full ?? stage.Plain)!.GradientData;
    }

    private float* Backward(Stage stage, Stage below, float* current)
    {
        ConvolutionCall call = new()
        {
            Inputs = stage.Outputs,
            Outputs = stage.Inputs,
            Height = stage.Height,
            Width = stage.Width,
            Direct = stage.Direct,
            Weights = Weights(stage, true),
            Backward = true,
        };
        if (stage.Pool != PoolKind.None)
        {
            call.SourceScale = stage.Pool == PoolKind.Average ? 0.25f : 1;
            call.SourceGate = stage.PoolGate is { } pool ? pool.Words : stage.WantedInside || stage.ReluGate is not { } relu ? null
                : relu.Words;
            if (stage.WantedInside) current = Unpool(stage, call, current);
            else call.Unpool = true;
        }
        call.Source = current;
        if (below.Pool == PoolKind.None)
        {
            call.Before = below.Full is { } full ? full.GradientData : null;
            call.Gate = below.ReluGate is { } gate ? gate.Words : null;
            call.After = below.Plain is { } plain ? plain.GradientData : null;
            call.Target = call.Before != null ? call.Before : call.After != null ? call.After : Slot(current);
        }
        else
        {
            call.Before = below.Pooled is { } pooled ? pooled.GradientData : null;
            call.Target = call.Before != null ? call.Before : Slot(current);
        }
        _runner.Run(call, _scratch!.Floats);
        return call.Target;
    }

    /// <summary>The gradient before ReLU at full size, where a loss looks at it.</summary>
    private float* Unpool(Stage stage, ConvolutionCall call, float* current)
    {
        call.Source = current;
        call.Before = stage.Full is { } full ? full.GradientData : null;
        call.After = stage.Plain is { } plain ? plain.GradientData : null;
        call.Gate = stage.ReluGate is { } relu ? relu.Words : null;
        call.Target = call.Before != null ? call.Before : call.After;
        _unpool = call;
        _pool.Run(_unpooling, call.Inputs / Layout.Block * call.Height);
        return call.Target;
    }

    /// <summary>A convolution's weights, packed now or before.</summary>
    private float* Weights(Stage stage, bool backward)
    {
        ref AlignedBuffer? kept = ref stage.Packed[(backward ? 1 : 0) + (stage.Direct ? 2 : 0)];
        if (kept is not null) return kept.Floats;
        ReadOnlyMemory<float> raw = stage.Filters(hold: !_options.KeepTransformedWeights);
        AlignedBuffer buffer = _options.KeepTransformedWeights
            ? kept = new AlignedBuffer(KernelSet.WeightFloats(stage.Inputs, stage.Outputs, stage.Direct) * sizeof(float))
            : _weights!;
        _stage = stage;
        _backward = backward;
        _direct = stage.Direct;
        _packed = buffer.Floats;
        fixed (float* filters = raw.Span)
        {
            _raw = filters;
            _pool.Run(_packing, (backward ? stage.Inputs : stage.Outputs) / Layout.Block);
        }
        return _packed;
    }

    private void SetImageCall(Stage first)
    {
        _imageCall = new ImageCall
        {
            Outputs = first.Outputs,
            Height = Height,
            Width = Width,
            Image = _image!.Floats,
            Pitch = Width + 2,
            Weights = _imageWeights.Floats,
            BackwardWeights = _imageBackwardWeights.Floats,
            Bias = first.Bias.Floats,
            Relu = first.Relu,
            Plain = first.Plain is { } plain ? plain.Data : null,
            ReluGate = first.ReluGate is { } gate ? gate.Words : null,
        };
        for (int c = 0; c < ImageChannels; c++)
        {
            _imageCall.Planes[c] = _options.Planes[c];
            _imageCall.Scales[c] = _options.Scale[c];
        }
    }

    private void Pack(int item, int worker) =>
        _kernels.PackWeights(_raw, _stage!.Convolution.Inputs, _stage.Convolution.Outputs, _backward, _direct, item, _packed);

    private void Prepare(int channel, int worker)
    {
        float mean = _options.Mean[channel], scale = _options.Scale[channel];
        float* source = _rawImage + (long)_options.Planes[channel] * Width * Height;
        float* target = _imageCall.Image + channel * _imageCall.Plane + _imageCall.Pitch + 1;
        for (int y = 0; y < Height; y++, source += Width, target += _imageCall.Pitch)
            for (int x = 0; x < Width; x++) target[x] = (source[x] - mean) * scale;
    }

    private void ImageForward(int item, int worker)
    {
        for (int y = item * RowsAtOnce; y < Math.Min((item + 1) * RowsAtOnce, Height); y++) _kernels.ImageForward(_imageCall, y);
    }

    private void ImageBackward(int item, int worker)
    {
        for (int y = item * RowsAtOnce; y < Math.Min((item + 1) * RowsAtOnce, Height); y++) _kernels.ImageBackward(_imageCall, y);
    }

    private void CombineAtTop(int block, int worker)
    {
        Stage stage = _stage!;
        long pixels = (long)stage.Height * stage.Width, at = block * pixels * Layout.Block;
        float* gradient = stage.Full!.GradientData + at;
        _kernels.Combine(
            gradient, gradient, null, stage.ReluGate!.Words + block * pixels, stage.Plain is { } plain ? plain.GradientData + at : null,
                pixels);
    }

    private void Unpool(int item, int worker) => _kernels.Unpool(_unpool, item / _unpool.Height, item % _unpool.Height);
}
