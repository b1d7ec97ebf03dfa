using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;
using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>Evaluates the network on this library's own convolutions, and the losses as a small differentiated graph over its maps.</summary>
/// <remarks>
/// <para>Losses that see a map only through its Gram matrix are told that matrix, computed in the engine's layout, and give the gradient by
/// it. Those that are sums of squared differences, of a map and its target or of neighbouring pixels, are computed without the graph. The others
/// are told the map.</para>
/// <para>Memory is kept from one evaluation to the next; another size of image takes it anew. It has threads of its own. Not safe for use by
/// several threads.</para>
/// </remarks>
public sealed class CpuEvaluator : IStyleEvaluator
{
    private readonly MeasuredNetwork _network;
    private readonly GraphSession? _session;
    private readonly Loss[] _losses;
    private readonly int[] _told;
    private readonly Dictionary<Loss, SquaresTerm> _squares;
    private readonly int _variation;
    private readonly double[] _weights;
    private readonly double[] _atSize;
    private readonly float[] _graphWeights;
    private readonly float[] _terms;
    private readonly bool _ofImage;
    private readonly Dictionary<string, GraphTensor> _inputs = [];
    private readonly Dictionary<string, GraphTensor> _outputs = [];
    private float[] _image = [];
    private float[] _imageGradient = [];
    private (int Width, int Height) _size;
    private bool _targets;
    private bool _disposed;

    /// <summary>Prepares the network and the losses' graph.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The losses, at least one.</param>
    /// <param name="weights">The weights of their kinds.</param>
    /// <param name="threads">The number of threads, 0 for every core; the results don't depend on it.</param>
    /// <param name="path">The vector registers; null for the best.</param>
    /// <param name="keepTransformedWeights">See <see cref="EngineOptions.KeepTransformedWeights"/>.</param>
    /// <exception cref="ArgumentException">There is no loss, or the network lacks a layer.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions asked for.</exception>
    public CpuEvaluator(Network network, IReadOnlyList<Loss> losses, LossWeights weights, int threads = 0, SimdPath? path = null, bool keepTransformedWeights = true)
    {
        ArgumentNullException.ThrowIfNull(losses);
        _losses = [.. losses];
        _weights = [.. losses.Select(weights.Of)];
        _atSize = new double[losses.Count];
        _squares = losses.Where(l => l is ISquaresLoss { IsSquares: true } && l.Layer is not null).ToDictionary(l => l, l => new SquaresTerm(l));
        _variation = losses.Any(l => l.Layer is not null) ? Array.FindIndex(_losses, l => l is TotalVariationLoss { IsSquares: true }) : -1;
        _told = [.. Enumerable.Range(0, losses.Count).Where(i => i != _variation && !_squares.ContainsKey(losses[i]))];
        Loss[] told = [.. _told.Select(i => _losses[i])];
        _graphWeights = new float[told.Length];
        _terms = new float[told.Length];
        _ofImage = told.Any(l => l.Layer is null);
        LossGraph.Check(network, losses);
        if (told.Length > 0)
        {
            _session = new GraphSession(LossGraph.OverMeasures(network, told), MeasuredNetwork.LossOptions);
            _inputs[LossGraph.Weights] = new GraphTensor(_graphWeights, told.Length);
            _outputs[LossGraph.Terms] = new GraphTensor(_terms, told.Length);
        }
        _network = new MeasuredNetwork(network, told, _squares, threads, path, keepTransformedWeights);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Loss> Losses => _losses;

    /// <inheritdoc/>
    public void SetTargets(IReadOnlyList<GraphTensor?> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count != _losses.Length) throw new ArgumentException($"There are {_losses.Length} losses, but {targets.Count} targets were given.", nameof(targets));
        for (int i = 0; i < _losses.Length; i++)
        {
            if (!_losses[i].HasTarget) continue;
            GraphTensor target = targets[i] ?? throw new ArgumentException($"The loss '{_losses[i].Name}' needs a target.", nameof(targets));
            if (_squares.TryGetValue(_losses[i], out SquaresTerm? squares)) squares.SetTarget(target);
            else _inputs[LossGraph.Target(_losses[i])] = target;
        }
        _targets = true;
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms, CancellationToken cancellation = default)
    {
        if (!_targets) throw new InvalidOperationException($"{nameof(SetTargets)} was not called.");
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int length = checked(PlanarImage.Channels * width * height);
        if (image.Length != length || gradient.Length != length)
            throw new ArgumentException($"An image of {width} x {height} has {length} samples; image and gradient have {image.Length} and {gradient.Length}.", nameof(image));
        if (terms.Length != _losses.Length) throw new ArgumentException($"There are {_losses.Length} losses, but room for {terms.Length} terms.", nameof(terms));
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        _network.Measure(image, width, height, _inputs, _outputs, cancellation);
        if (_size != (width, height)) Resize(width, height);
        if (_ofImage) image.CopyTo(_image);
        _session?.Run(_inputs, _outputs, cancellation);
        _network.Backward(gradient, cancellation);
        if (_ofImage) TensorPrimitives.Add(gradient, _imageGradient.AsSpan(0, length), gradient);
        for (int i = 0; i < _told.Length; i++) terms[_told[i]] = _terms[i];
        for (int i = 0; i < terms.Length; i++)
        {
            if (_squares.TryGetValue(_losses[i], out SquaresTerm? squares)) terms[i] = squares.Value;
            else if (i == _variation) terms[i] = _network.Variation((TotalVariationLoss)_losses[i], _atSize[i], image, gradient);
        }
        double total = 0;
        for (int i = 0; i < terms.Length; i++) total += terms[i] *= _atSize[i];
        return total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _session?.Dispose();
        _network.Dispose();
    }

    private void Resize(int width, int height)
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            _atSize[i] = _weights[i] * _losses[i].SizeFactor(width, height);
            if (_squares.TryGetValue(_losses[i], out SquaresTerm? squares)) squares.Weight = _atSize[i];
        }
        for (int i = 0; i < _told.Length; i++) _graphWeights[i] = (float)_atSize[_told[i]];
        if (_ofImage)
        {
            int length = PlanarImage.Channels * width * height;
            if (_image.Length < length) (_image, _imageGradient) = (new float[length], new float[length]);
            _inputs[LossGraph.Image] = new GraphTensor(_image, 1, PlanarImage.Channels, height, width);
            _outputs[LossGraph.Gradient()] = new GraphTensor(_imageGradient, 1, PlanarImage.Channels, height, width);
        }
        _size = (width, height);
    }
}
