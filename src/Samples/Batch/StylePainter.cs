using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>How a group of pictures is made.</summary>
/// <param name="Options">The options; those of a worker are a copy.</param>
/// <param name="Styles">The style pictures.</param>
internal sealed record PaintSettings(StyleTransferOptions Options, IReadOnlyList<StyleImage> Styles);

/// <summary>
/// Makes pictures by optimising their pixels. Networks are loaded once, a style is measured once, and each worker keeps its stylizers, with
/// their
/// sessions, for all pictures that are made alike.
/// </summary>
/// <param name="settings">How a picture is made.</param>
/// <param name="files">The files that it is made from.</param>
/// <param name="report">Writes the report of a picture, given where the picture goes; null for none.</param>
/// <param name="sequence">The frames, where pictures start from the one before; null for pictures of their own.</param>
internal sealed class StylePainter(
    Func<BatchItem, PaintSettings> settings, Func<BatchItem, ContentFiles> files,
    Action<BatchItem, string, StyleTransferRow>? report, BatchSequence? sequence) : IBatchPainter
{
    private const int MostTargets = 64, MostStylizers = 4;
    private const float LeastChange = 0.02f;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lazy<PaintSettings>> _settings = [];
    private readonly Dictionary<int, List<(string Key, Stylizer Stylizer)>> _stylizers = []; // a worker's own, the last used last
    private readonly Dictionary<string, Lazy<(StyleTarget Target, PlanarImage? Start)>> _targets = [];
    private readonly HashSet<Network> _networks = []; // held, so that each is loaded once
    private SequenceStart? _before;

    public void Prepare(BatchItem item, CancellationToken cancellation)
    {
        PaintSettings own = Settings(item);
        TargetOf(item, own, StylizerOf(item, own, 0, false), cancellation);
    }

    public BatchInput Read(BatchItem item)
    {
        StyleTransferOptions options = Settings(item).Options;
        ContentFiles content = files(item);
        IEnumerable<string> masks = ((string?[])[.. content.Masks, content.Weight, content.Paint]).OfType<string>();
        return new BatchInput(Pixels(content.Path, options.ContentReading), [.. masks.Select(m => Pixels(m, options.Reading).Color)]);
    }

    public BatchPicture? Paint(BatchItem item, BatchInput input, int worker, StylizationCallbacks? callbacks,
        CancellationToken cancellation)
    {
        PaintSettings own = Settings(item);
        StyleTransferOptions options = own.Options;
        SequenceStart? before = null;
        PlanarImage frame = input.Image.Color;
        if (sequence is not null)
        {
            frame = AtSize(frame, options);
            _before ??= sequence.Before(item, i => AtSize(Read(i).Image.Color, options));
            before = _before?.Moved(frame);
        }
        float[]? change = before?.Change(frame);
        if (change is not null && !change.AsSpan().ContainsAnyExceptInRange(0f, LeastChange))
        {
            Carry(item, before!);
            return Finished(item, input, before!.Picture, null);
        }
        Stylizer stylizer = StylizerOf(item, own, worker, before is not null);
        (StyleTarget target, PlanarImage? start) = TargetOf(item, own, stylizer, cancellation);
        ContentSource content = StyleTransferOperation.Content(options, input.Image, input.Masks, $" of '{item.Path}'");
        StylizationResult result = stylizer.Stylize(content, target, before?.Picture ?? start, callbacks, cancellation);
        if (result.Stopped == StopReason.Cancelled) return null;
        PlanarImage picture = result.Image;
        if (sequence is not null)
        {
            SequenceStart next = change is null ? new SequenceStart(frame, picture) : before!.Mixed(frame, picture, change);
            Carry(item, next);
            picture = next.Picture;
        }
        return Finished(item, input, picture, (stylizer.Network, stylizer.Options, result));
    }

    private void Carry(BatchItem item, SequenceStart next)
    {
        _before = next;
        sequence!.Keep(item, next);
    }

    private static PlanarImage AtSize(PlanarImage content, StyleTransferOptions options)
    {
        (int width, int height) = options.PictureSize(content.Width, content.Height);
        return Stylizer.Sized(content, width, height);
    }

    private BatchPicture Finished(BatchItem item, BatchInput input, PlanarImage picture,
        (Network Network, StylizationOptions Options, StylizationResult Result)? run)
    {
        byte[]? alpha = input.Image.Alpha is null ? null : input.Image.With(picture).Alpha;
        if (run is not var (network, options, result)) return new BatchPicture(picture, alpha);
        StyleTransferRow row = new(0, item.Path, network, options, result) { Alpha = alpha };
        return new BatchPicture(picture, alpha, Summary.Line.Of(item.Output, result), report is null ? null
            : output => report(item, output, row));
    }

    public void Dispose()
    {
        foreach ((_, Stylizer stylizer) in _stylizers.Values.SelectMany(s => s)) stylizer.Dispose();
    }

    private static ImagePixels Pixels(string file, PictureReadOptions reading)
    {
        using MLImage image = ImagePixels.ToImage(PictureReader.Read(file, "picture", reading)); // what a pipeline sees of it
        return ImagePixels.Read(image);
    }

    private PaintSettings Settings(BatchItem item)
    {
        Lazy<PaintSettings>? own;
        lock (_lock)
            if (!_settings.TryGetValue(item.Group, out own)) _settings[item.Group] = own = new(() => WithRegions(settings(item)));
        return own.Value;
    }

    private static PaintSettings WithRegions(PaintSettings given)
    {
        StyleTransferOptions options = (StyleTransferOptions)given.Options.Clone();
        options.Validate();
        foreach (StyleImage style in given.Styles) style.CheckFile();
        (options.ContentWeightByMask, options.PaintByMask) = (options.ContentWeightColumn is not null, options.PaintMaskColumn is not null);
        options.Regions = new StyleRegionNames(options, given.Styles).Names;
        return given with { Options = options };
    }

    // Styles don't matter to a stylizer: one serves all groups that differ in nothing else. A worker has few, for their sessions hold
    // memory.
    private Stylizer StylizerOf(BatchItem item, PaintSettings own, int worker, bool continued)
    {
        StylizationOptions o = own.Options;
        string key = FormattableString.Invariant(
            $"{item.Strength}\0{string.Join('\0', o.Regions)}\0{o.ContentWeightByMask}\0{o.PaintByMask}\0{continued}");
        List<(string Key, Stylizer Stylizer)>? mine;
        lock (_lock)
            if (!_stylizers.TryGetValue(worker, out mine)) _stylizers[worker] = mine = [];
        int at = mine.FindIndex(s => s.Key == key);
        if (at >= 0)
        {
            mine.Add(mine[at]);
            mine.RemoveAt(at);
            return mine[^1].Stylizer;
        }
        if (mine.Count == MostStylizers)
        {
            mine[0].Stylizer.Dispose();
            mine.RemoveAt(0);
        }
        StyleTransferOptions options = (StyleTransferOptions)own.Options.Clone();
        if (continued) (options.Start, options.StartFile) = (StartImage.Image, item.Path); // not read: the start comes with each run
        options.Compute = ComputeChoice.Of(own.Options.Compute, null).Resolve();
        Network[] networks = [.. NetworkRelay.Networks(own.Options.Network).Select(n => NetworkReference.Load(n, own.Options.Pooling))];
        lock (_lock) _networks.UnionWith(networks);
        mine.Add((key, new Stylizer(networks, options)));
        return mine[^1].Stylizer;
    }

    private (StyleTarget Target, PlanarImage? Start) TargetOf(BatchItem item, PaintSettings own, Stylizer stylizer,
        CancellationToken cancellation)
    {
        Lazy<(StyleTarget, PlanarImage?)>? target;
        lock (_lock)
        {
            if (!_targets.TryGetValue(item.Group, out target))
            {
                if (_targets.Count >= MostTargets) _targets.Remove(_targets.Keys.First());
                target = new(() => Measure(own, stylizer, cancellation), LazyThreadSafetyMode.ExecutionAndPublication);
                _targets[item.Group] = target;
            }
        }
        try
        {
            return target.Value;
        }
        catch (Exception)
        {
            lock (_lock) _targets.Remove(item.Group);
            throw;
        }
    }

    private static (StyleTarget, PlanarImage?) Measure(PaintSettings own, Stylizer stylizer, CancellationToken cancellation)
    {
        StyleRegionNames regions = new(own.Options, own.Styles);
        StyleTarget target = stylizer.MeasureStyle(regions.Images(), own.Options.Regions.Count > 0 ? null
            : [.. own.Styles.Select(s => (s.Weight, s.Scope))], cancellation);
        return (target, own.Options.StartFile is null ? null
            : PictureReader.Read(own.Options.StartFile, "start image", own.Options.ContentReading).Color);
    }
}
