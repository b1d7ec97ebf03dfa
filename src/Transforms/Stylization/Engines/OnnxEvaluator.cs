using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Evaluates losses and gradient as one differentiated graph on ONNX Runtime.</summary>
/// <remarks>
/// Its buffers are kept from one evaluation to the next and only grow where the image does. Not safe for use by several threads.
/// </remarks>
internal sealed class OnnxEvaluator : StyleEvaluator
{
    private readonly LossSession _session;
    private readonly OnnxMatcher? _matcher;
    private Memory<float> _image;
    private float[] _gradient = [];

    /// <summary>Builds the graph and the session.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The losses, at least one.</param>
    /// <param name="weights">The weights of their kinds.</param>
    /// <param name="options">Device and threads; null for the CPU with every core.</param>
    /// <exception cref="ArgumentException">There is no loss, or the network lacks a layer.</exception>
    /// <exception cref="InvalidOperationException">The device is not available.</exception>
    public OnnxEvaluator(Network network, IReadOnlyList<Loss> losses, LossWeights weights, GraphSessionOptions? options = null)
        : base(network, losses, weights)
    {
        _session = new LossSession(LossGraph.OverImage(network, losses), losses.Count, options);
        Loss[] matched = [.. losses.Where(IsMatched)];
        if (matched.Length > 0) _matcher = new OnnxMatcher(network, matched, options);
    }

    private protected override void SetTarget(Loss loss, GraphTensor target)
    {
        _session.Inputs[LossGraph.Target(loss)] = target;
        if (IsMatched(loss)) _matcher!.SetTarget(loss, target);
    }

    private protected override void SetGuide(GuidedLoss loss, GraphTensor channel)
    {
        _session.Inputs[LossGraph.Guide(loss)] = channel;
        if (IsMatched(loss)) _matcher!.SetGuide(loss, channel);
    }

    private protected override void Keep(ReadOnlySpan<float> content, int width, int height, bool search, CancellationToken cancellation) =>
        _matcher!.Keep(new GraphTensor(content.ToArray(), 1, PlanarImage.Channels, height, width), search ? _session.Inputs : null,
            cancellation);

    private protected override void Resize(int width, int height, ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++) _session.Weights[i] = (float)weights[i];
        int length = PlanarImage.Channels * width * height;
        if (_image.Length < length) (_image, _gradient) = (AlignedFloats.Allocate(length), new float[length]);
        _session.Inputs[LossGraph.Image] = new GraphTensor(_image, 1, PlanarImage.Channels, height, width);
        _session.Outputs[LossGraph.Gradient()] = new GraphTensor(_gradient, 1, PlanarImage.Channels, height, width);
    }

    private protected override void Run(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms,
        bool search, CancellationToken cancellation)
    {
        image.CopyTo(_image.Span);
        if (search) _matcher!.Search(_session.Inputs[LossGraph.Image], _session.Inputs, cancellation);
        _session.Run(cancellation);
        _gradient.AsSpan(0, gradient.Length).CopyTo(gradient);
        for (int i = 0; i < terms.Length; i++) terms[i] = _session.Terms[i];
    }

    private protected override void Free()
    {
        _session.Dispose();
        _matcher?.Dispose();
    }
}
