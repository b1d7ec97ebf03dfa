using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Optimization;
using MLNetStyle.Training;

namespace MLNetStyle;

/// <summary>A network that paints a picture in one pass, in any of the styles that it was trained for or a blend of them.</summary>
/// <remarks>
/// <para>Johnson, Alahi and Fei-Fei 2016, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution" (arXiv 1603.08155), with
/// the conditional
/// instance normalisation of Dumoulin, Shlens and Kudlur 2017, "A Learned Representation for Artistic Style" (arXiv 1610.07629): all styles
/// share the
/// filters, each has scales and shifts of its own, and a blend of styles is the blend of these. A file of it is an ordinary ONNX model:
/// inputs "image",
/// [1, 3, height, width] of 0..255, red, green, blue, and "styles", [1, styles], weights; output "painted", of the image's shape.</para>
/// <para>A feed-forward style model of others is loaded too, for example pytorch/examples' or the ONNX model zoo's: one picture in, one
/// out, [1, 3, height,
/// width] of floats, levels of 0..255 or of 0..1 (which of them is found by trying), of free or fixed size. It has one style, named after
/// its file.</para>
/// <para>Immutable and safe to share between threads; painting takes turns.</para>
/// </remarks>
public sealed class FastStyleNetwork : IDisposable
{
    /// <summary>The longest side of a picture that is painted, in pixels.</summary>
    public const int MaxSide = 8192;

    private const long MaxFile = 512L << 20;

    private readonly TransformNetwork? _network;
    private readonly byte[] _foreign = [];
    private readonly OnnxPictureModel? _model;
    private readonly Lock _gate = new();
    private TransformEngine? _engine;
    private int _threads;
    private bool _disposed;

    internal FastStyleNetwork(TransformNetwork network) => (_network, Styles) = (network, network.Styles);

    internal FastStyleNetwork(byte[] foreign, string style) =>
        (_foreign, _model, Styles) = (foreign, new OnnxPictureModel(foreign, style), [style]);

    /// <summary>The names of the styles.</summary>
    public IReadOnlyList<string> Styles { get; }

    /// <summary>The size; null for a model of others.</summary>
    public FastStyleSize? Size => _network?.Shape.Size;

    /// <summary>The numbers that were learned; 0 for a model of others.</summary>
    public int Parameters => _network is null ? 0
        : _network.Shape.SharedCount + (Styles.Count + (_network.Photograph is null ? 0 : 1)) * _network.Shape.StyleCount;

    /// <summary>The network; null for a model of others.</summary>
    internal TransformNetwork? Network => _network;

    /// <summary>Reads a network.</summary>
    /// <param name="path">An .onnx file: one that <see cref="Save"/> wrote, or a model of others that makes a picture of a picture.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no ONNX model, or none that makes a picture of a picture.</exception>
    public static FastStyleNetwork Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no network of fast styles '{path}'.", path);
        if (new FileInfo(path).Length > MaxFile) throw new InvalidDataException($"'{path}' has {new FileInfo(path).Length:N0} bytes; a "
            + $"network of fast styles has at most {MaxFile:N0}.");
        return Of(File.ReadAllBytes(path), Path.GetFileNameWithoutExtension(path));
    }

    /// <summary>A network of a file's bytes.</summary>
    internal static FastStyleNetwork Of(byte[] bytes, string name)
    {
        using MemoryStream stream = new(bytes);
        OnnxModel model = OnnxFile.Load(stream, name);
        return TransformFile.Is(model) ? new FastStyleNetwork(TransformFile.Read(model)) : new FastStyleNetwork(bytes, name);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="styles">The styles by name.</param>
    /// <param name="photographs">Reads each of the photographs to learn on; called as they are drawn, by several threads at once.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="validation">Photographs that are judged on and not learned on; null for none.</param>
    /// <param name="initial">A network to add the styles to; null for none.</param>
    /// <returns>The network, as far as it got if it was cancelled.</returns>
    /// <exception cref="ArgumentException">An option is out of range or does not fit the initial network, or there is no style or no
    /// photograph.</exception>
    /// <exception cref="FileNotFoundException">The network of the losses is not here; says how to get it.</exception>
    /// <exception cref="IOException">Another training works in the workspace.</exception>
    /// <exception cref="InvalidDataException">The checkpoint in the workspace is damaged, or another training's.</exception>
    /// <exception cref="InvalidOperationException">The GPU can't be used, or the losses are not finite.</exception>
    public static FastStyleNetwork Train(
        IReadOnlyDictionary<string, StyleSource> styles, IReadOnlyList<Func<PlanarImage>> photographs,
            FastStyleTrainingOptions? options = null,
        IReadOnlyList<Func<PlanarImage>>? validation = null, FastStyleNetwork? initial = null)
    {
        ArgumentNullException.ThrowIfNull(styles);
        ArgumentNullException.ThrowIfNull(photographs);
        options ??= new FastStyleTrainingOptions();
        options.Validate();
        using FastStyleTrainer trainer = new(
            MLNetStyle.Network.Load(options.LossNetwork), [.. styles.Select(s => (s.Key, s.Value))], new PhotographSource(photographs),
                options,
            validation is null ? null : new PhotographSource(validation), initial?.Trainable(), options.Cancellation);
        return new FastStyleNetwork(trainer.Train(options.MetricsCallback, options.PreviewCallback, options.Cancellation));
    }

    /// <summary>The network to train from.</summary>
    /// <exception cref="ArgumentException">It is a model of others.</exception>
    internal TransformNetwork Trainable() =>
        _network ?? throw new ArgumentException($"The initial model '{Styles[0]}' was not made by this library: styles can be added only "
            + $"to one that 'mlnetstyle train' or {nameof(FastStyleNetwork)}.{nameof(Save)} wrote.");

    /// <summary>The network as an ONNX file.</summary>
    internal byte[] ToBytes(bool half, IReadOnlyDictionary<string, string>? notes = null) => _network is null ? _foreign
        : TransformFile.ToBytes(_network, half, notes);

    /// <summary>Writes the network as an ONNX model, one of others as it was. The file appears complete or not at all.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="half">Whether filters are kept in 16 bits, which halves the file and moves levels by some hundredths.</param>
    /// <param name="notes">Notes for the file's metadata; null for none.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Save(string path, bool half = true, IReadOnlyDictionary<string, string>? notes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, ToBytes(half, notes));
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Paints a picture in one style.</summary>
    /// <param name="image">The picture, 0..255, of up to <see cref="MaxSide"/> pixels a side.</param>
    /// <param name="style">The style's name, in small or capital letters.</param>
    /// <param name="strength">0 to 1, as in <see cref="Paint(PlanarImage, IReadOnlyList{float}, double, int, CancellationToken)"/>.</param>
    /// <returns>A picture of the same size, 0..255.</returns>
    /// <exception cref="ArgumentException">There is no such style, the strength is out of range, or the picture is too large.</exception>
    public PlanarImage Paint(PlanarImage image, string style, double strength = 1)
    {
        float[] weights = new float[Styles.Count];
        weights[IndexOf(style)] = 1;
        return Paint(image, weights, strength);
    }

    /// <summary>Paints a picture in a blend of styles.</summary>
    /// <param name="image">The picture, 0..255, of up to <see cref="MaxSide"/> pixels a side.</param>
    /// <param name="weights">A weight for each style, 0 or more; only their ratios count.</param>
    /// <param name="strength">0 to 1: 0 leaves the picture as it is, 1 is the style in full. Between them, with p the strength's
    /// square root, the network paints with p of the style's norms and 1 - p of those that give the photograph back, which makes strokes
    /// milder; 1 - p of what the latter miss of the picture is added, and p of the result is blended with 1 - p of the picture. It takes
    /// twice the time. Models of others, and networks trained before there were such norms, blend the pixels.</param>
    /// <param name="threads">The number of threads, 0 for every core; the picture does not depend on it.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>A picture of the same size, 0..255.</returns>
    /// <exception cref="ArgumentException">The weights are of another number or all zero, the strength is out of range, or the picture is
    /// too large.</exception>
    /// <exception cref="InvalidOperationException">The network gave levels that are infinite or not numbers.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The network has been disposed.</exception>
    public PlanarImage Paint(PlanarImage image, IReadOnlyList<float> weights, double strength = 1, int threads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(weights);
        CheckWeights(weights);
        if (!(strength is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(strength), strength,
            "The strength must be from 0 (the picture itself) to 1 (the style in full).");
        if (Math.Max(image.Width,
            image.Height) > MaxSide) throw new ArgumentException($"The picture is {image.Width} x {image.Height} pixels; at most "
            + $"{MaxSide} a side are painted. Make it smaller.", nameof(image));
        if (strength == 0) return image.Clone();
        float[] norms = _network is null ? [] : new float[_network.Shape.StyleCount];
        _network?.Blend([.. weights], norms);
        float[]? photograph = strength < 1 ? _network?.Photograph : null;
        // Half of the way in the norms and half in the pixels: norms alone drive colours beyond both ends, pixels alone leave ghosts.
        float part = (float)(photograph is null ? strength : Math.Sqrt(strength));
        if (photograph is not null) TensorPrimitives.Lerp(photograph, norms, part, norms);
        PlanarImage result = _network is null ? PaintForeign(image) : PaintOwn(_network, image, norms, threads, cancellation);
        if (photograph is not null)
        {
            PlanarImage given = PaintOwn(_network!, image, photograph, threads, cancellation);
            for (int i = 0; i < given.Samples.Length; i++) result.Samples[i] += (1 - part) * (image.Samples[i] - given.Samples[i]);
        }
        VectorMath.Clamp(result.Samples, 0, 255, result.Samples);
        return strength == 1 ? result : Toward(image, result, part);
    }

    /// <summary>Ends the threads and gives memory back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _engine?.Dispose();
            _engine = null;
            _model?.Dispose();
        }
    }

    private PlanarImage PaintOwn(TransformNetwork network, PlanarImage image, float[] norms, int threads, CancellationToken cancellation)
    {
        int width = Filled(network.Shape, image.Width), height = Filled(network.Shape, image.Height);
        PlanarImage whole = (width, height) == (image.Width, image.Height) ? image : Fill(image, width, height),
            painted = new(width, height);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_engine is null || _threads != threads)
            {
                _engine?.Dispose();
                _engine = new TransformEngine(network.Shape, _threads = threads);
                _engine.SetShared(network.Shared, backward: false);
            }
            _engine.Forward(whole.Samples, width, height, norms, painted.Samples, keep: false, cancellation);
        }
        if (!VectorMath.AllFinite(painted.Samples)) throw new InvalidOperationException($"The network of {string.Join(", ", Styles)} gave "
            + $"levels that are infinite or not numbers.");
        return ReferenceEquals(whole, image) ? painted : Cut(painted, image.Width, image.Height);
    }

    private PlanarImage PaintForeign(PlanarImage image)
    {
        PlanarImage given = _model!.Fixed is { } size && size != (image.Width, image.Height)
            ? Clamped(Resizer.Resize(image, size.Width, size.Height)) : image;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (float[] samples, int width, int height) = _model.Run(given.Samples, given.Width, given.Height);
            if (!VectorMath.AllFinite(samples)) throw new InvalidOperationException($"The model '{Styles[0]}' gave levels that are "
                + $"infinite or not numbers.");
            PlanarImage painted = new(width, height, samples);
            return (width, height) == (image.Width, image.Height) ? painted : Resizer.Resize(Clamped(painted), image.Width, image.Height);
        }
    }

    private static PlanarImage Clamped(PlanarImage image)
    {
        VectorMath.Clamp(image.Samples, 0, 255, image.Samples);
        return image;
    }

    /// <summary>The place of a style.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    internal int IndexOf(string style)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(style);
        for (int i = 0; i < Styles.Count; i++)
            if (string.Equals(Styles[i], style.Trim(), StringComparison.OrdinalIgnoreCase)) return i;
        throw new ArgumentException($"There is no style '{style}' in this network; it has {string.Join(", ", Styles)}.", nameof(style));
    }

    private void CheckWeights(IReadOnlyList<float> weights)
    {
        if (weights.Count != Styles.Count) throw new ArgumentException($"There are {weights.Count} weights for {Styles.Count} styles "
            + $"({string.Join(", ", Styles)}).", nameof(weights));
        if (weights.Any(w => !(w >= 0 && float.IsFinite(w))) || weights.All(w => w == 0))
            throw new ArgumentException($"The styles' weights are "
                + $"[{string.Join(", ", weights.Select(w => FormattableString.Invariant($"{w}")))}]; each must be 0 or more, and one "
                + $"more than 0.", nameof(weights));
    }

    private static int Filled(TransformShape shape, int side) =>
        Math.Max(shape.LeastSide, (side + shape.Multiple - 1) / shape.Multiple * shape.Multiple);

    /// <summary>The picture, its last column and row repeated.</summary>
    private static PlanarImage Fill(PlanarImage image, int width, int height)
    {
        PlanarImage whole = new(width, height);
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            Span<float> source = image.Plane(c), target = whole.Plane(c);
            for (int y = 0; y < height; y++)
            {
                Span<float> row = target.Slice(y * width, width),
                    from = source.Slice(Math.Min(y, image.Height - 1) * image.Width, image.Width);
                from.CopyTo(row);
                row[image.Width..].Fill(from[^1]);
            }
        }
        return whole;
    }

    private static PlanarImage Cut(PlanarImage image, int width, int height)
    {
        PlanarImage cut = new(width, height);
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < height; y++) image.Plane(c).Slice(y * image.Width, width).CopyTo(cut.Plane(c).Slice(y * width, width));
        return cut;
    }

    private static PlanarImage Toward(PlanarImage image, PlanarImage painted, float part)
    {
        for (int i = 0; i < painted.Samples.Length; i++) painted.Samples[i] = image.Samples[i]
            + part * (painted.Samples[i] - image.Samples[i]);
        return painted;
    }
}
