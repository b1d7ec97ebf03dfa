using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>What evaluators have in common: weights, targets, masks, the checks of a call, and the sum of the terms.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal abstract class StyleEvaluator : IStyleEvaluator
{
    private readonly Network _network;
    private readonly Loss[] _losses;
    private readonly double[] _weights;
    private readonly double[] _atSize;
    private (int Width, int Height) _size;
    private PictureGuides? _guides;
    private PlanarImage? _content;
    private bool _keeps, _searches;
    private IReadOnlyList<double>? _factors;
    private bool _targets;
    private bool _disposed;

    private protected StyleEvaluator(Network network, IReadOnlyList<Loss> losses, LossWeights weights)
    {
        LossGraph.Check(network, losses);
        _network = network;
        _losses = [.. losses];
        _weights = [.. losses.Select(weights.Of)];
        _atSize = new double[losses.Count];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Loss> Losses => _losses;

    /// <inheritdoc/>
    public bool Matches => _losses.Any(IsMatched);

    /// <inheritdoc/>
    public void SetTargets(
        IReadOnlyList<GraphTensor?> targets, PictureGuides? guides = null, PlanarImage? content = null,
            IReadOnlyList<double>? factors = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count != _losses.Length) throw new ArgumentException($"There are {_losses.Length} losses, but {targets.Count} "
            + $"targets were given.", nameof(targets));
        if (Matches && content is null) throw new ArgumentException("Nearest-neighbour losses are matched from the content, but none was "
            + "given.", nameof(content));
        _targets = false;
        for (int i = 0; i < _losses.Length; i++)
        {
            if (_losses[i].HasTarget) SetTarget(_losses[i], targets[i]
                ?? throw new ArgumentException($"The loss '{_losses[i].Name}' needs a target.", nameof(targets)));
            if (_losses[i] is GuidedLoss guided) SetGuide(guided, PictureGuides.Of(guides, guided, _network));
        }
        _guides = guides;
        _content = Matches ? content : null;
        (_keeps, _searches) = (Matches, false);
        (_factors, _size) = (factors, _factors is null && factors is null ? _size : default); // other factors, other weights
        _targets = true;
    }

    /// <inheritdoc/>
    public void Rematch() => _searches = Matches;

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms,
        CancellationToken cancellation = default)
    {
        if (!_targets) throw new InvalidOperationException($"{nameof(SetTargets)} was not called.");
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int length = checked(PlanarImage.Channels * width * height);
        if (image.Length != length || gradient.Length != length)
            throw new ArgumentException($"An image of {width} x {height} has {length} samples; image and gradient have {image.Length} "
                + $"and {gradient.Length}.", nameof(image));
        if (terms.Length != _losses.Length) throw new ArgumentException($"There are {_losses.Length} losses, but room for {terms.Length} "
            + $"terms.", nameof(terms));
        PictureGuides.CheckSize(_guides, width, height);
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_size != (width, height))
        {
            for (int i = 0; i < _weights.Length; i++) _atSize[i] = _weights[i] * _losses[i].SizeFactor(width, height) * (_factors?[i] ?? 1);
            Resize(width, height, _atSize);
            _size = (width, height);
        }
        if (_keeps)
        {
            if ((_content!.Width, _content.Height) != (width, height))
                throw new ArgumentException($"The content that matches are searched from is {_content.Width} x {_content.Height} pixels, "
                    + $"but the image is {width} x {height}.", nameof(width));
            Keep(_content.Samples, width, height, !_searches, cancellation);
            (_keeps, _content) = (false, null);
        }
        Run(image, width, height, gradient, terms, _searches, cancellation);
        _searches = false;
        double total = 0;
        for (int i = 0; i < terms.Length; i++) total += terms[i] *= _atSize[i];
        return total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes the target of a loss.</summary>
    private protected abstract void SetTarget(Loss loss, GraphTensor target);

    /// <summary>Takes the guidance channel of a loss.</summary>
    private protected abstract void SetGuide(GuidedLoss loss, GraphTensor channel);

    /// <summary>Takes the features of the content that matches are searched from, and finds the first ones from them alone if told to
    /// search.</summary>
    private protected abstract void Keep(ReadOnlySpan<float> content, int width, int height, bool search, CancellationToken cancellation);

    /// <summary>Makes room for images of a size, and takes the weights of all losses at it.</summary>
    private protected abstract void Resize(int width, int height, ReadOnlySpan<double> weights);

    /// <summary>Computes the terms, not weighted, and the gradient of their weighted sum, of new matches if told to search.</summary>
    private protected abstract void Run(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms,
        bool search, CancellationToken cancellation);

    /// <summary>Whether a loss is matched with style vectors.</summary>
    private protected static bool IsMatched(Loss loss) => loss is NearestNeighborStyleLoss or GuidedLoss { Loss: NearestNeighborStyleLoss };

    /// <summary>Releases everything.</summary>
    private protected abstract void Free();
}
