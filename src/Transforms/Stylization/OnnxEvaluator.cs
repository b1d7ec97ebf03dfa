using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;
using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>Evaluates losses and gradient as one differentiated graph on ONNX Runtime.</summary>
/// <remarks>
/// Its buffers are kept from one evaluation to the next and only grow where the image does. Not safe for use by several threads.
/// </remarks>
public sealed class OnnxEvaluator : IStyleEvaluator
{
    private readonly GraphSession _session;
    private readonly Loss[] _losses;
    private readonly double[] _weights;
    private readonly double[] _atSize;
    private readonly float[] _graphWeights;
    private readonly float[] _terms;
    private readonly Dictionary<string, GraphTensor> _inputs = [];
    private readonly Dictionary<string, GraphTensor> _outputs = [];
    private float[] _image = [];
    private float[] _gradient = [];
    private (int Width, int Height) _size;
    private bool _targets;

    /// <summary>Builds the graph and the session.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The losses, at least one.</param>
    /// <param name="weights">The weights of their kinds.</param>
    /// <param name="options">Device and threads; null for the CPU with every core.</param>
    /// <exception cref="ArgumentException">There is no loss, or the network lacks a layer.</exception>
    /// <exception cref="InvalidOperationException">The device is not available.</exception>
    public OnnxEvaluator(Network network, IReadOnlyList<Loss> losses, LossWeights weights, GraphSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(losses);
        _losses = [.. losses];
        _weights = [.. losses.Select(weights.Of)];
        _atSize = new double[losses.Count];
        _graphWeights = new float[losses.Count];
        _terms = new float[losses.Count];
        _session = new GraphSession(LossGraph.OverImage(network, losses), options);
        _inputs[LossGraph.Weights] = new GraphTensor(_graphWeights, losses.Count);
        _outputs[LossGraph.Terms] = new GraphTensor(_terms, losses.Count);
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
            _inputs[LossGraph.Target(_losses[i])] = targets[i] ?? throw new ArgumentException($"The loss '{_losses[i].Name}' needs a target.", nameof(targets));
        }
        _targets = true;
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms, CancellationToken cancellation = default)
    {
        if (!_targets) throw new InvalidOperationException($"{nameof(SetTargets)} was not called.");
        if (_size != (width, height)) Resize(width, height);
        int length = PlanarImage.Channels * width * height;
        if (image.Length != length || gradient.Length != length)
            throw new ArgumentException($"An image of {width} x {height} has {length} samples; image and gradient have {image.Length} and {gradient.Length}.", nameof(image));
        if (terms.Length != _losses.Length) throw new ArgumentException($"There are {_losses.Length} losses, but room for {terms.Length} terms.", nameof(terms));
        image.CopyTo(_image);
        _session.Run(_inputs, _outputs, cancellation);
        _gradient.AsSpan(0, length).CopyTo(gradient);
        double total = 0;
        for (int i = 0; i < terms.Length; i++) total += terms[i] = _atSize[i] * _terms[i];
        return total;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Resize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int length = checked(PlanarImage.Channels * width * height);
        if (_image.Length < length) (_image, _gradient) = (new float[length], new float[length]);
        _inputs[LossGraph.Image] = new GraphTensor(_image, 1, PlanarImage.Channels, height, width);
        _outputs[LossGraph.Gradient()] = new GraphTensor(_gradient, 1, PlanarImage.Channels, height, width);
        for (int i = 0; i < _weights.Length; i++) _graphWeights[i] = (float)(_atSize[i] = _weights[i] * _losses[i].SizeFactor(width, height));
        _size = (width, height);
    }
}
