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
/// it; the others are told the map.</para>
/// <para>Memory is kept from one evaluation to the next; another size of image takes it anew. It has threads of its own. Not safe for use by
/// several threads.</para>
/// </remarks>
public sealed class CpuEvaluator : IStyleEvaluator
{
    private readonly MeasuredNetwork _network;
    private readonly GraphSession _session;
    private readonly Loss[] _losses;
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
        _graphWeights = new float[losses.Count];
        _terms = new float[losses.Count];
        _ofImage = losses.Any(l => l.Layer is null);
        _session = new GraphSession(LossGraph.OverMeasures(network, losses), MeasuredNetwork.LossOptions);
        _inputs[LossGraph.Weights] = new GraphTensor(_graphWeights, losses.Count);
        _outputs[LossGraph.Terms] = new GraphTensor(_terms, losses.Count);
        _network = new MeasuredNetwork(network, losses, threads, path, keepTransformedWeights, inPlanes: false);
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
            _inputs[LossGraph.Target(_losses[i])] = _network.Lay(_losses[i], target);
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
        _network.Measure(image, width, height, _inputs, _outputs, cancellation);
        if (_size != (width, height)) Resize(width, height);
        if (_ofImage) image.CopyTo(_image);
        _session.Run(_inputs, _outputs, cancellation);
        _network.Backward(gradient, cancellation);
        if (_ofImage) TensorPrimitives.Add(gradient, _imageGradient.AsSpan(0, length), gradient);
        double total = 0;
        for (int i = 0; i < terms.Length; i++) total += terms[i] = _atSize[i] * _terms[i];
        return total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _network.Dispose();
    }

    private void Resize(int width, int height)
    {
        for (int i = 0; i < _weights.Length; i++) _graphWeights[i] = (float)(_atSize[i] = _weights[i] * _losses[i].SizeFactor(width, height));
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
