using System.Globalization;
using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;
using MLNetStyle.Optimization;
using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>Makes pictures: the content of one image in the style of others (Gatys, Ecker and Bethge 2015).</summary>
/// <remarks>
/// Reusable over many contents; the evaluator's session is made for the first one and kept. The same inputs, options, machine and
/// number of threads give the same picture. For one thread at a time: a call while another one is under way, from a callback too, throws an
/// <see cref="InvalidOperationException"/>. <see cref="Dispose"/> may come from any thread at any time.
/// </remarks>
public sealed class Stylizer : IDisposable
{
    /// <summary>Style images are measured at no less than this shorter side in pixels, so that the deepest layers see something.</summary>
    private const int LeastStyleSide = 32;

    private readonly IStyleEngine[] _engines;
    private readonly IStyleEvaluator?[] _evaluators;
    private readonly EnergyFloor?[] _floors;
    private readonly Loss[] _losses;
    private readonly Loss[] _styleLosses;
    private readonly Loss[] _contentLosses;
    private readonly Loss[] _measured;
    private readonly int _downscale;
    private readonly ColorKeeping _color;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _running;
    private bool _disposed;

    /// <summary>Prepares for a network and options.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, the network lacks a layer, or the CPU engine is asked for and does not know it.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the vector registers that the options ask for.</exception>
    public Stylizer(Network network, StylizationOptions? options = null)
        : this(network, options, null)
    {
    }

    /// <summary>Prepares for a run that changes its network on the way, at each size: see <see cref="NetworkRelay"/>.</summary>
    /// <param name="networks">One or two networks, in the order in which they take over. Every layer that the options name must be in all
    /// of them.</param>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// There are not one or two networks, an option is out of range, a network lacks a layer, or the CPU engine is asked for and does not
    /// know one.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the vector registers that the options ask for.</exception>
    public Stylizer(IReadOnlyList<Network> networks, StylizationOptions? options = null)
        : this(networks, options, null)
    {
    }

    /// <summary>The same with an engine that is given; null for the one that the options ask for.</summary>
    internal Stylizer(Network network, StylizationOptions? options, IStyleEngine? engine)
        : this([network ?? throw new ArgumentNullException(nameof(network))], options, engine)
    {
    }

    private Stylizer(IReadOnlyList<Network> networks, StylizationOptions? options, IStyleEngine? engine)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count is not (1 or 2) || networks.Contains(null!))
            throw new ArgumentException($"A run goes through one network or two; {networks.Count} are given.", nameof(networks));
        Networks = [.. networks];
        Options = options?.Clone() ?? new StylizationOptions();
        Options.Validate();
        Common = CommonOf(Options.ContentWeight + Options.StyleWeight + Options.NeighborWeight + Options.TvWeight);
        _color = ColorKeeping.Of(Options);
        _engines = [.. Networks.Select(n => engine ?? StyleEngines.Choose(n, Options))];
        _evaluators = new IStyleEvaluator?[Networks.Count];
        _floors = new EnergyFloor?[Networks.Count];
        _contentLosses = Options.ContentWeight > 0 ? [.. Options.ContentLayers.SelectMany(ContentLossesOf)] : [];
        _styleLosses = Options.StyleWeight > 0 ? [.. Options.StyleLayers.SelectMany(StyleLossesOf).SelectMany(InRegions)] : [];
        if (Options.NeighborWeight > 0) _styleLosses = [.. _styleLosses,
            .. Options.NeighborLayers.Select(NeighborLossOf).SelectMany(InRegions)];
        Loss[] smooth = Options.TvWeight > 0 ? [new TotalVariationLoss(1, Options.Normalization, Options.TvKind)] : [];
        _losses = [.. _contentLosses, .. _styleLosses, .. smooth];
        _measured = [.. Networks.SelectMany(_ => _styleLosses)];
        _downscale = Networks.Max(network => _losses.Max(l => l.Layer is null ? 2 : network.LeastSide(l.Layer)));
        if (Options.ActivationScale != ActivationScale.UnitMean) return;
        string[] layers = [.. _losses.Where(l => l.Layer is not null && l.Degree != 0).Select(l => l.Layer!)];
        Networks = [.. Networks.Select((n, i) => UnitMeans.Rescaled(n, _engines[i], layers))];
        _engines = [.. Networks.Select(n => engine ?? StyleEngines.Choose(n, Options))];
    }

    /// <summary>The network that finishes a picture.</summary>
    public Network Network => Networks[^1];

    /// <summary>The networks of a run, in the order in which they take over; mostly one.</summary>
    public IReadOnlyList<Network> Networks { get; }

    /// <summary>The options in use; changing them has no effect.</summary>
    public StylizationOptions Options { get; }

    /// <summary>The losses that are minimised.</summary>
    internal IReadOnlyList<Loss> Losses => _losses;

    /// <summary>The name of the engine that computes.</summary>
    public string Engine => string.Join(", ", _engines.Select(e => e.Name).Distinct());

    /// <summary>Measures a style at every size that the options ask for.</summary>
    /// <param name="source">The images; their statistics are blended by weight.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The target, for this stylizer or another one with the same network and options.</returns>
    /// <exception cref="ArgumentException">There is no image, one is too long and narrow, or a style layer is covered by no
    /// image.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another call is under way.</exception>
    /// <exception cref="ObjectDisposedException">The stylizer has been disposed, before the call or during it.</exception>
    public StyleTarget MeasureStyle(StyleSource source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return MeasureStyle(source.Images, Options.Regions.Count > 0 ? null : [.. source.Images.Select(i => (i.Weight, i.Scope))],
            cancellation);
    }

    /// <summary>Measures a style of any number of images, one after the other: only what was measured stays in memory.</summary>
    /// <param name="images">
    /// The images, read once in their order, with positive weights. Where the style has to be measured later (see
    /// <see cref="StyleTarget"/>) they are kept, and there may be <see cref="StyleSource.MaxImages"/>; else there is no limit.
    /// </param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The target; the same as that of a <see cref="StyleSource"/> with these images.</returns>
    /// <exception cref="ArgumentException">
    /// There is no image, one is too long and narrow, there are too many, a weight is not positive and finite, or a style layer is covered
    /// by no image.
    /// </exception>
    /// <exception cref="NotSupportedException">There are several images, and a style loss has to know their number beforehand: the Gaussian
    /// kernel's.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another call is under way.</exception>
    /// <exception cref="ObjectDisposedException">The stylizer has been disposed, before the call or during it.</exception>
    public StyleTarget MeasureStyle(IEnumerable<StyleSourceImage> images, CancellationToken cancellation = default) =>
        MeasureStyle(images, null, cancellation);

    /// <summary>The same with all weights and scopes, where they are known beforehand.</summary>
    internal StyleTarget MeasureStyle(IEnumerable<StyleSourceImage> images, IReadOnlyList<(double Weight, StyleScope? Scope)>? known,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Alone(own => MeasureAll(images, known, own), cancellation);
    }

    private void CheckMemory(int width, int height)
    {
        const double sure = 0.85;
        long needed = EstimateMemory(width, height), there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed * sure <= there) return;
        string smaller = Networks.Any(n => n.Name == ModelFiles.DefaultNetwork) ? "" : $" or the network {ModelFiles.DefaultNetwork}";
        throw new InsufficientMemoryException(string.Create(CultureInfo.InvariantCulture,
            $"A picture of {width} x {height} pixels takes about {needed / 1e9:0.0} GB of memory, and there are {there / 1e9:0.0} GB. ")
            + $"Take a smaller {nameof(Options.Size)}{smaller}.");
    }

    private StyleTarget MeasureAll(IEnumerable<StyleSourceImage> images, IReadOnlyList<(double Weight, StyleScope? Scope)>? known,
        CancellationToken cancellation)
    {
        StyleCoverage coverage = new(Network, _measured);
        double[]? totals = known is null or [] ? null : coverage.Totals(known);
        bool later = Options.MeasuresLater;
        StyleSides[] sides = later || _styleLosses.Length == 0 ? []
            : [.. StyleSidesOf(StageSchedule.Plan(Options, Options.Size, Networks.Count)).Distinct()];
        StyleMean[] means = [.. sides.Select(_ => new StyleMean(_measured, totals))];
        StyleRegions regions = new(Options.Regions);
        List<(PlanarImage Image, double[] Weights, RegionMasks? Regions)> kept = [];
        using IStyleMeter? meter = sides.Length == 0 ? null : StyleMeter();
        double[] sums = new double[_measured.Length];
        StyleColors? colors = Options.Recolors ? new StyleColors(Network, _measured, Options.Regions) : null;
        bool any = false;
        foreach (StyleSourceImage image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            image.Validate();
            any = true;
            PlanarImage whole = Whole(image.Image);
            RegionMasks? own = regions.Next(image, whole.Width, whole.Height);
            double[] weights = coverage.Weights(image.Weight, image.Scope, own);
            StyleCoverage.Add(sums, weights);
            if (_styleLosses.Length > 0) StyleSize(whole, LargestStyleSide(Options.Size == 0 ? StylizationOptions.MinSize : Options.Size));
            if (later && kept.Count == StyleSource.MaxImages)
                throw new ArgumentException($"A style whose images are kept has at most {StyleSource.MaxImages} of them. Set Size, the "
                    + $"longer side, and do not match histograms, to measure more.", nameof(images));
            if (later) kept.Add((whole, weights, own));
            colors?.Add(whole, own, weights);
            for (int i = 0; i < sides.Length; i++) means[i].Add(MeasureOne(meter!, whole, own, sides[i], cancellation), weights);
        }
        if (!any) throw new ArgumentException("The style has no image. Add at least one.", nameof(images));
        coverage.Check(sums);
        StyleTarget target = new(
            Names, Shapes,
            [.. kept.Where(i => i.Weights.Any(w => w > 0)).Select(i => new StyleTargetImage(i.Image, [.. i.Weights.Zip(sums, (w, sum) =>
                w / sum)], i.Regions))],
            colors?.Value);
        for (int i = 0; i < sides.Length; i++) target.Add(sides[i], means[i].Value);
        return target;
    }

    /// <summary>Makes a picture.</summary>
    /// <param name="content">The content, of any size; see <see cref="StylizationOptions.Size"/> for the picture's.</param>
    /// <param name="style">The style, measured by a stylizer with the same network and options.</param>
    /// <param name="start">The first iterate for <see cref="StartImage.Image"/>, of any size; else null.</param>
    /// <param name="callbacks">What is called on the way; null for nothing.</param>
    /// <param name="cancellation">Ends the run early with the best picture so far.</param>
    /// <returns>The picture and how it came about.</returns>
    /// <exception cref="ArgumentException">The content's size or shape is not allowed, the style belongs to other losses, or the start is
    /// missing.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was any picture.</exception>
    /// <exception cref="InvalidOperationException">The losses are not finite, which says what to change; or another call is under
    /// way.</exception>
    /// <exception cref="InsufficientMemoryException">The picture would take more memory than the machine, or its container, has.</exception>
    /// <exception cref="ObjectDisposedException">The stylizer has been disposed: before the call, or before there was any
    /// picture.</exception>
    public StylizationResult Stylize(PlanarImage content, StyleTarget style, PlanarImage? start = null,
        StylizationCallbacks? callbacks = null, CancellationToken cancellation = default) =>
        Stylize(new ContentSource(content), style, start, callbacks, cancellation);

    /// <summary>Makes a picture of a content that comes with masks.</summary>
    /// <param name="source">The content, of any size, and the masks that the options ask for.</param>
    /// <param name="style">The style, measured by a stylizer with the same network and options.</param>
    /// <param name="start">The first iterate for <see cref="StartImage.Image"/>, of any size; else null.</param>
    /// <param name="callbacks">What is called on the way; null for nothing.</param>
    /// <param name="cancellation">Ends the run early with the best picture so far.</param>
    /// <returns>The picture and how it came about.</returns>
    /// <exception cref="ArgumentException">
    /// As without masks; or a mask is missing, not asked for, or of other proportions than the content, or the regions are not those of the
    /// style.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was any picture.</exception>
    /// <exception cref="InvalidOperationException">The losses are not finite, which says what to change; or another call is under
    /// way.</exception>
    /// <exception cref="InsufficientMemoryException">The picture would take more memory than the machine, or its container, has.</exception>
    /// <exception cref="ObjectDisposedException">The stylizer has been disposed: before the call, or before there was any
    /// picture.</exception>
    public StylizationResult Stylize(ContentSource source, StyleTarget style, PlanarImage? start = null,
        StylizationCallbacks? callbacks = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(style);
        return Alone(own => Make(source, style, start, callbacks, own), cancellation);
    }

    /// <summary>Refuses a content that no run can be made of, before any work.</summary>
    /// <param name="source">The content and its masks.</param>
    /// <returns>The masks as a run takes them, and the finished picture's size.</returns>
    /// <exception cref="ArgumentException">Its size, its samples or its masks don't suit.</exception>
    internal (ContentGuides Guides, (int Width, int Height) Size) CheckContent(ContentSource source)
    {
        PlanarImage content = source.Image;
        (int Width, int Height) size = Options.PictureSize(content.Width, content.Height);
        int longer = Math.Max(size.Width, size.Height);
        if (longer > StylizationOptions.MaxSize)
            throw new ArgumentException($"The content is {content.Width} x {content.Height} pixels; pictures are worked on in at most "
                + $"{StylizationOptions.MaxSize}. Set Size, or make the content smaller.", nameof(source));
        if (VectorMath.AllFinite(content.Samples) is false) throw new ArgumentException("The content has a sample that is infinite or "
            + "not a number.", nameof(source));
        foreach (StylizationStage stage in StageSchedule.Plan(Options, longer, Networks.Count))
            StageSchedule.Working(content.Width, content.Height, stage.LongerSide, LeastSide, "The content");
        return (new ContentGuides(Options, source, size), size);
    }

    /// <summary>Refuses a style image of which no size can be measured.</summary>
    /// <exception cref="ArgumentException">It is too long and thin.</exception>
    internal void CheckStyleImage(PlanarImage image)
    {
        int least = Math.Max(LeastStyleSide, 2 * _downscale);
        StageSchedule.Working(image.Width, image.Height, least, least, "A style image");
    }

    private StylizationResult Make(ContentSource source, StyleTarget style, PlanarImage? start, StylizationCallbacks? callbacks,
        CancellationToken cancellation)
    {
        PlanarImage content = source.Image;
        if (Options.Start == StartImage.Image
            && start is null) throw new ArgumentException("The options ask to start from an image, but none was given.", nameof(start));
        CheckStyle(style);
        (ContentGuides guides, (int Width, int Height) size) = CheckContent(source);
        CheckMemory(size.Width, size.Height);
        StylizationRun run = new(this, content, guides, style, start, callbacks ?? new StylizationCallbacks(), size, cancellation);
        return run.Execute();
    }

    /// <summary>Releases what the stylizer holds. A call that is under way ends early, as if it had been cancelled, and releases it
    /// then.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (_running is not null)
            {
                _running.Cancel();
                return;
            }
        }
        Release();
    }

    /// <summary>Does work that no other may go beside, with a token that a disposal cancels too.</summary>
    private T Alone<T>(Func<CancellationToken, T> work, CancellationToken cancellation)
    {
        using CancellationTokenSource own = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running is not null)
                throw new InvalidOperationException("The stylizer is at work: it makes one picture at a time. Wait for the other call to "
                    + "end, or make a stylizer for each thread.");
            _running = own;
        }
        try
        {
            return work(own.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested && own.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The stylizer was disposed while it was at work.", e);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == own.Token)
        {
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
        finally
        {
            bool disposed;
            lock (_gate) (_running, disposed) = (null, _disposed);
            if (disposed) Release();
        }
    }

    private void Release()
    {
        for (int i = 0; i < _evaluators.Length; i++) Release(i);
    }

    /// <summary>The losses with content targets.</summary>
    internal IReadOnlyList<Loss> ContentLosses => _contentLosses;

    /// <summary>The losses with style targets.</summary>
    internal IReadOnlyList<Loss> StyleLosses => _styleLosses;

    /// <summary>Those statistics of a style that are a network's.</summary>
    internal IReadOnlyList<GraphTensor> StyleOf(int network, IReadOnlyList<GraphTensor> statistics) =>
        [.. statistics.Skip(network * _styleLosses.Length).Take(_styleLosses.Length)];

    /// <summary>About how much memory a run takes on the CPU engine; ONNX Runtime takes more.</summary>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">Its height.</param>
    /// <returns>Bytes, what .NET itself takes included.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    public long EstimateMemory(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        string[] layers = [.. _losses.Where(l => l.Layer is not null).Select(l => l.Layer!)];
        long pixels = (long)width * height;
        return Networks.Max(n => n.IsGraph ? MemoryEstimate.Bytes([], Options, pixels) + n.MapBytes(layers, pixels)
            : MemoryEstimate.Bytes(n.Upto(layers), Options, pixels));
    }

    /// <summary>How much an evaluation costs, in multiplications a pixel.</summary>
    internal double Work(int network) => Networks[network].Work(_losses.Where(l => l.Layer is not null).Select(l => l.Layer!));

    /// <summary>The least side of a picture in pixels: the deepest feature map must have an entry.</summary>
    internal int LeastSide => _downscale;

    /// <summary>A meter of the content with a network.</summary>
    internal IStyleMeter ContentMeter(int network) => _engines[network].CreateMeter(_contentLosses);

    /// <summary>A meter of styles with every network.</summary>
    internal IStyleMeter StyleMeter() => _engines.Length == 1 ? _engines[0].CreateMeter(_styleLosses)
        : new RelayMeter([.. _engines.Select(e => e.CreateMeter(_styleLosses))]);

    /// <summary>The evaluator of a network, made at the first call.</summary>
    internal IStyleEvaluator Evaluator(int network = 0) => _evaluators[network] ??=
        _engines[network].CreateEvaluator(_losses, ActivationConversion.Weights(Networks[network], _engines[network], _losses, Options));

    /// <summary>Gives back the evaluator of a network; the next call for it makes another one.</summary>
    internal void Release(int network)
    {
        _evaluators[network]?.Dispose();
        _evaluators[network] = null;
    }
    /// <summary>
    /// What an optimiser sees the total multiplied by, a power of two: a factor that all weights have in common changes no picture, neither
    /// by what
    /// is added to divisors nor by what squares of 32-bit floats can't hold.
    /// </summary>
    internal float Common { get; }

    private static float CommonOf(double sum) => sum is >= 16 and <= 1L << 40 ? 1
        : MathF.ScaleB(1, Math.Clamp(4 - Math.ILogB(sum), -120, 120));

    /// <summary>What keeps relative losses of a network from dividing by next to nothing.</summary>
    internal EnergyFloor Floor(int network) => _floors[network] ??= new EnergyFloor(_engines[network], _losses);

    /// <summary>The style's longer sides for the stages of a run: the last size's fine layers leave the stroke size out.</summary>
    internal IEnumerable<StyleSides> StyleSidesOf(IReadOnlyList<StylizationStage> stages) =>
        stages.Select(s => new StyleSides(StyleSide(s.LongerSide, Options.StrokeSize),
            StyleSide(s.LongerSide, s.LongerSide == stages[^1].LongerSide ? 1 : Options.StrokeSize)));

    /// <summary>The statistics of images at longer sides, or at an exact size if one is given, blended by their weights.</summary>
    internal IReadOnlyList<GraphTensor> Measure(IStyleMeter meter, IReadOnlyList<StyleTargetImage> images, StyleSides sides,
        CancellationToken cancellation, (int Width, int Height)? exact = null)
    {
        StyleMean mean = new(_measured, [.. _measured.Select((_, i) => images.Sum(image => image.Weights[i]))]);
        foreach (StyleTargetImage image in images) mean.Add(MeasureOne(meter, image.Image, image.Regions, sides, cancellation, exact),
            image.Weights);
        return mean.Value;
    }

    private IReadOnlyList<GraphTensor> MeasureOne(
        IStyleMeter meter, PlanarImage image, RegionMasks? regions, StyleSides sides, CancellationToken cancellation,
            (int Width, int Height)? exact = null)
    {
        PlanarImage seen = _color.Seen(image);
        IReadOnlyList<GraphTensor> coarse = At(exact ?? StyleSize(image, sides.Coarse));
        if (sides.Fine == sides.Coarse) return coarse;
        IReadOnlyList<GraphTensor> fine = At(StyleSize(image, sides.Fine));
        return [.. _measured.Select((l, i) => StyleScope.IsFine(Network, l.Layer!) ? fine[i] : coarse[i])];

        IReadOnlyList<GraphTensor> At((int Width, int Height) size)
        {
            IReadOnlyList<GraphTensor> upright = Measured(0, size);
            if (!Options.NeighborRotations || !_measured.Any(IsMatched)) return upright;
            GraphTensor[] all = [.. upright];
            for (int turn = 1; turn < 4; turn++)
            {
                IReadOnlyList<GraphTensor> turned = Measured(turn, turn % 2 == 0 ? size : (size.Height, size.Width));
                for (int i = 0; i < all.Length; i++)
                    if (_measured[i].Merge(all[i].Values.Span, turn, turned[i].Values.Span,
                        1) is { } merged) all[i] = new GraphTensor(merged, [.. all[i].Shape]);
            }
            return all;
        }

        IReadOnlyList<GraphTensor> Measured(int turn, (int Width, int Height) size) =>
            meter.Measure(Sized(seen.Turned(turn), size.Width, size.Height), cancellation,
                StyleRegions.Guides(Options.Regions, regions?.Turned(turn), size.Width, size.Height));
    }

    private static bool IsMatched(Loss loss) => loss is NearestNeighborStyleLoss or GuidedLoss { Loss: NearestNeighborStyleLoss };

    private int StyleSide(int longerSide, double stroke) =>
        (int)Math.Clamp(Math.Round(Options.StyleScale * stroke * longerSide), StylizationOptions.MinSize, StylizationOptions.MaxSize);

    private int LargestStyleSide(int longerSide) => StyleSide(longerSide, Math.Max(1, Options.StrokeSize));

    /// <summary>An image of a size, within 0..255; the image itself if it has that size.</summary>
    internal static PlanarImage Sized(PlanarImage image, int width, int height)
    {
        if ((image.Width, image.Height) == (width, height)) return image;
        PlanarImage resized = Resizer.Resize(image, width, height);
        PixelBytes.Clamp(resized);
        return resized;
    }

    private (int Width, int Height) StyleSize(PlanarImage image, int longerSide) =>
        StageSchedule.Working(image.Width, image.Height, longerSide, Math.Max(LeastStyleSide, 2 * _downscale), "A style image");

    /// <summary>The losses of a style layer: one for each of its statistics.</summary>
    private IEnumerable<Loss> StyleLossesOf(LayerWeight layer)
    {
        IReadOnlyList<StyleTerm> terms = Options.TermsOf(layer);
        double share = Share(layer, Options.StyleLayers), sum = Options.Normalization == LossNormalization.Relative
            ? terms.Sum(t => t.Weight) : 1;
        return terms.Select(t => t.Statistic == StyleStatistic.Gram
            ? new GramStyleLoss(layer.Layer, share * t.Weight / sum, Options.Normalization, Options.GramNormalization, Options.StyleDivisor)
            : StyleStatistics.Create(t.Statistic, layer.Layer, share * t.Weight / sum, Options.Normalization));
    }

    /// <summary>The losses of a content layer: its features, weighted by a mask where the options ask for one, and its
    /// self-similarity.</summary>
    private IEnumerable<Loss> ContentLossesOf(LayerWeight layer)
    {
        double share = Share(layer, Options.ContentLayers), similarity = Options.SelfSimilarity;
        if (similarity < 1)
        {
            ContentLoss loss = new(layer.Layer, share * (1 - similarity), Options.Normalization, Options.ContentReduction);
            yield return Options.ContentWeightByMask ? new GuidedLoss(loss, "by mask") : loss;
        }
        if (similarity > 0) yield return new SelfSimilarityLoss(layer.Layer, share * similarity, Options.Normalization);
    }

    private NearestNeighborStyleLoss NeighborLossOf(LayerWeight layer) =>
        new(layer.Layer, Share(layer, Options.NeighborLayers), Options.Normalization, kind: LossKind.Neighbors,
            balanced: Options.StyleWeight > 0);

    /// <summary>A style loss for each region; itself where there are none.</summary>
    private IEnumerable<Loss> InRegions(Loss loss) => Options.Regions.Count == 0 ? [loss]
        : Options.Regions.Select(region => new GuidedLoss(loss, region));

    /// <summary>A layer's weight: its share of the layers' sum where losses are relative, so that a kind of loss is a mean over
    /// layers.</summary>
    private double Share(LayerWeight layer, IReadOnlyList<LayerWeight> layers) =>
        Options.Normalization == LossNormalization.Relative ? layer.Weight / layers.Sum(l => l.Weight) : layer.Weight;

    /// <summary>What the statistics of a style are called: of the second network "then ..." the same as of the first.</summary>
    private string[] Names => [.. Networks.SelectMany((_, n) => _styleLosses.Select(l => n == 0 ? l.Name : $"then {l.Name}"))];

    private long[][] Shapes =>
        [.. Networks.SelectMany(n => _styleLosses.Select(l => l.StatisticShape(n.Channels(l.Layer!))!.Select(long.Parse).ToArray()))];

    private void CheckStyle(StyleTarget style)
    {
        if (!(style.Names.SequenceEqual(Names) && style.Shapes.Zip(Shapes, (s, own) => s.SequenceEqual(own)).All(fits => fits)))
        {
            throw new ArgumentException(
                $"The style was measured for [{string.Join(", ", style.Names)}], but this run on "
                    + $"{string.Join(", then ", Networks.Select(n => n.Name))} "
                + $"compares [{string.Join(", ", Names)}]. Measure it with the same network and layers.",
                nameof(style));
        }
        if (Options.Recolors && style.Colors.Count != Math.Max(1, Options.Regions.Count))
        {
            throw new ArgumentException(
                $"The style was measured without its colours, which {nameof(StylizationOptions.Recolor)} needs. Measure it with that "
                    + $"option, or turn it off.",
                nameof(style));
        }
    }

    /// <summary>A copy with whole levels 0 to 255, no larger than can be needed.</summary>
    private PlanarImage Whole(PlanarImage image)
    {
        if (!VectorMath.AllFinite(image.Samples)) throw new ArgumentException("A style image has a sample that is infinite or not a "
            + "number.");
        int most = Options.Size == 0 || Options.SizeOf != PictureSide.Longer ? StylizationOptions.MaxSize
            : Math.Max(LargestStyleSide(Options.Size), 256);
        PlanarImage whole = Math.Max(image.Width, image.Height) > 2 * most ? Shrunk(image, 2 * most) : image.Clone();
        foreach (ref float sample in whole.Samples.AsSpan()) sample = MathF.Round(Math.Clamp(sample, 0, 255));
        return whole;
    }

    private static PlanarImage Shrunk(PlanarImage image, int longerSide)
    {
        (int width, int height) = Resizer.Fit(image.Width, image.Height, longerSide);
        return Math.Min(width, height) < 8 * LeastStyleSide ? image.Clone() : Resizer.Resize(image, width, height);
    }
}
