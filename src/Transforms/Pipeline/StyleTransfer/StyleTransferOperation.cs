using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(StyleTransferOperation.Kind, typeof(StyleTransferOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>Runs of one network, or of a relay, with one set of options: in one style, or in the style that comes with each
/// image.</summary>
internal sealed class StyleTransferOperation : MaskedImageOperation
{
    public const string Kind = "StyleTransfer";

    private readonly StylizerPool _stylizers;
    private readonly StyleTarget? _target;
    private readonly PlanarImage? _start;
    private readonly IReadOnlyList<NetworkReference> _references;

    private StyleTransferOperation(StylizationOptions options, IReadOnlyList<NetworkReference> references, StylizerPool stylizers,
        StyleTarget? target, PlanarImage? start)
    {
        (Options, _references, _stylizers, _target, _start) = (options, references, stylizers, target, start);
    }

    /// <summary>The network that finishes the pictures.</summary>
    public Network Network => _stylizers.First.Network;

    /// <summary>The networks in the order in which they take over; mostly one.</summary>
    public IReadOnlyList<Network> Networks => _stylizers.First.Networks;

    /// <summary>What messages call them.</summary>
    public string Named => string.Join(", then ", Networks.Select(n => n.Name));

    public StylizationOptions Options { get; }

    /// <summary>The type of the pictures: sized if that of the contents is.</summary>
    public static ImageDataViewType OutputType(DataViewType input, StylizationOptions options)
    {
        if (input is not ImageDataViewType { Width: > 0, Height: > 0 } image) return new ImageDataViewType();
        (int width, int height) = options.PictureSize(image.Width, image.Height);
        return new ImageDataViewType(height, width);
    }

    public static StyleTransferOperation Create(StyleTransferOptions options, ComputeChoice compute, IEnumerable<StyleSourceImage>? source,
        PlanarImage? start, IReadOnlyList<(double Weight, StyleScope? Scope)>? known = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<string> names = NetworkRelay.Networks(options.Network);
        Network[] networks = [.. names.Select(name => NetworkReference.Load(name, options.Pooling))];
        (StylizationOptions own, StylizerPool stylizers) = Prepare(options, networks, compute);
        StyleTarget? target = source is null ? null : stylizers.First.MeasureStyle(source, known, cancellation);
        return new StyleTransferOperation(own, [.. names.Select((name, i) => NetworkReference.Of(name, networks[i]))], stylizers, target,
            start);
    }

    public static StyleTransferOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        NetworkReference[] references = saved.Then is null ? [saved.Network] : [saved.Network, saved.Then];
        int split = saved.StyleLength, length = saved.StartWidth * saved.StartHeight * PlanarImage.Channels;
        if (split < 0 || length < 0 || (split + length > 0 && split + length != state.Values.Length))
            throw new InvalidDataException($"The saved style has {state.Values.Length} values where {split + length} are described: the "
                + $"model file is damaged.");
        StyleTarget? target = saved.Style is null ? null : StyleTarget.FromVector(saved.Style, state.Values.AsSpan(0, split));
        PlanarImage? start = length == 0 ? null
            : new PlanarImage(saved.StartWidth, saved.StartHeight, state.Values.AsSpan(split, length).ToArray());
        (StylizationOptions options, StylizerPool stylizers) = Prepare(saved.Options, [.. references.Select(r => r.Resolve())],
            ComputeChoice.Loaded());
        return new StyleTransferOperation(options, references, stylizers, target, start);
    }

    public override SavedState Save()
    {
        float[] style = _target?.ToVector() ?? [];
        Saved saved = new(Kind, _references[0], Options, _target?.Describe(), style.Length, _start?.Width ?? 0, _start?.Height ?? 0,
            _references.ElementAtOrDefault(1));
        return new SavedState(OperationJson.Write(saved), _start is null ? style : [.. style, .. _start.Samples]);
    }

    public override ImagePixels Apply(ImagePixels image, ImagePixels? second) => Apply(image, second, [], "", null, default, null);

    public override ImagePixels Apply(ImagePixels image, ImagePixels? second, IReadOnlyList<PlanarImage> masks) =>
        Apply(image, second, masks, "", null, default, null);

    /// <summary>Makes a picture.</summary>
    /// <param name="image">The content.</param>
    /// <param name="style">The style, where each row brings one.</param>
    /// <param name="masks">The content's masks: those of its regions, then the one that weighs it and the one of what is painted, if the
    /// options ask for them.</param>
    /// <param name="where">What follows "the content mask" in messages: " of row 3".</param>
    /// <param name="callbacks">What is called on the way.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <param name="completed">Receives the result.</param>
    public ImagePixels Apply(ImagePixels image, ImagePixels? style, IReadOnlyList<PlanarImage> masks, string where,
        StylizationCallbacks? callbacks, CancellationToken cancellation,
        Action<StylizationResult>? completed)
    {
        ContentSource content = Content(Options, image, masks, where);
        using CancellationTokenSource? both = RowCancellation.Token is { CanBeCanceled: true } row
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, row) : null;
        CancellationToken token = both?.Token ?? cancellation;
        return _stylizers.Use(image.Color.Width, image.Color.Height, stylizer =>
        {
            StyleTarget target = _target ?? stylizer.MeasureStyle(
                new StyleSource((style ?? throw new InvalidOperationException("The row has no style image.")).Visible), token);
            StylizationResult result = stylizer.Stylize(content, target, _start, callbacks, token);
            completed?.Invoke(result);
            return image.With(result.Image);
        });
    }

    /// <summary>Refuses what no picture can be made of, before any work.</summary>
    /// <exception cref="ArgumentException">The content's size, its masks or the style's size don't suit.</exception>
    public void Check(ImagePixels image, ImagePixels? style, IReadOnlyList<PlanarImage> masks, string where)
    {
        _stylizers.First.CheckContent(Content(Options, image, masks, where));
        if (style is not null) _stylizers.First.CheckStyleImage(style.Color);
    }

    /// <summary>A content with its masks: those of its regions, then the one that weighs it and the one of what is painted.</summary>
    public static ContentSource Content(StylizationOptions options, ImagePixels image, IReadOnlyList<PlanarImage> masks, string where)
    {
        int regions = masks.Count - (options.ContentWeightByMask ? 1 : 0) - (options.PaintByMask ? 1 : 0);
        return new ContentSource(
            image.Color, regions > 0 ? MaskFile.Regions(regions, masks.Take(regions), $"the content mask{where}") : null,
                options.ContentWeightByMask && regions >= 0 ? Mask.FromGrey(masks[regions]) : null,
                options.PaintByMask && regions >= 0 ? Mask.FromGrey(masks[^1]) : null);
    }

    /// <summary>How many sessions there are.</summary>
    public int Sessions => _stylizers.Count;

    public override void Dispose() => _stylizers.Dispose();

    private static (StylizationOptions Options, StylizerPool Stylizers) Prepare(StylizationOptions options, IReadOnlyList<Network> networks,
        ComputeChoice compute)
    {
        StylizationOptions own = options.Clone();
        own.Compute = compute.Resolve();
        return (own, new StylizerPool(networks, own));
    }

    // Then: the network that finishes, where there are two.
    private sealed record Saved(
        string Operation, NetworkReference Network, StylizationOptions Options, string? Style, int StyleLength, int StartWidth,
            int StartHeight,
        NetworkReference? Then = null);
}
