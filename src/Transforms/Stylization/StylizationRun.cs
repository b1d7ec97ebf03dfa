using System.Diagnostics;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Optimization;

namespace MLNetStyle.Stylization;

/// <summary>One run from content to picture.</summary>
internal sealed class StylizationRun(
    Stylizer stylizer, PlanarImage content, ContentGuides guides, StyleTarget style, PlanarImage? start, StylizationCallbacks callbacks,
    (int Width, int Height) size, CancellationToken cancellation)
{
    /// <summary>Matches are held for so many evaluations, in which L-BFGS sees one smooth function.</summary>
    private const int EvaluationsPerMatch = 12;

    private readonly StylizationOptions _options = stylizer.Options;
    private readonly ColorKeeping _color = ColorKeeping.Of(stylizer.Options);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<StylizationHistoryEntry> _history = [];
    private readonly List<PhaseTime> _phases = [];
    private const int CollectFrom = PlanarImage.Channels * 400 * 300; // Below it a collection would cost more than it brings.

    private readonly TermLog _terms = new(stylizer.Losses.Count);
    private IReadOnlyList<StylizationStage> _stages = [];
    private (int Width, int Height)[] _sizes = [];
    private PlanarImage? _seen;
    private int _evaluations, _iterations;
    private double _work, _wholeWork, _markWork, _markSeconds;
    private double? _secondsAWork;

    public StylizationResult Execute()
    {
        Plan();
        cancellation.ThrowIfCancellationRequested();
        _seen = Seen();
        IReadOnlyList<GraphTensor>[] styles = Phase("style", "measuring the style", MeasureStyle);
        IReadOnlyList<GraphTensor>[] contents = Phase("content", "measuring the content", MeasureContent);
        int[] networks = [.. _stages.Select(s => s.Network).Distinct()];
        Phase("session", "preparing the network", () => Array.ConvertAll(networks, stylizer.Evaluator));
        using ImageOptimizer optimizer = MakeOptimizer(_sizes.Max(s => PlanarImage.Channels * s.Width * s.Height));
        PlanarImage picture = First();
        bool faint = EnergyFloor.IsFaint(_seen);
        StageOutcome outcome = default;
        for (int i = 0; i < _stages.Count; i++)
        {
            (int width, int height) = _sizes[i];
            picture = Stylizer.Sized(picture, width, height);
            // Who asks for little memory gets back that of a network whose turn is over; the next picture makes its evaluator anew.
            if (_options.Compute.TrimMemory)
                foreach (int over in networks.Where(n => _stages.Skip(i).All(s => s.Network != n))) stylizer.Release(over);
            IStyleEvaluator evaluator = stylizer.Evaluator(_stages[i].Network);
            GraphTensor?[] targets = [.. contents[i], .. styles[i],
                .. stylizer.Losses.Where(l => !l.HasTarget).Select(_ => (GraphTensor?)null)];
            evaluator.SetTargets(
                targets, guides.At(width, height), evaluator.Matches ? Stylizer.Sized(_seen, width, height) : null,
                faint ? stylizer.Floor(_stages[i].Network).Factors(targets) : null);
            if (i > 0) evaluator.Rematch();
            (contents[i], styles[i]) = ([], []);
            int stage = i;
            PlanarImage from = picture;
            outcome = Phase(Name(i), Name(i), () => Stage(stage, evaluator, optimizer, from));
            picture = outcome.Picture;
            if (outcome.Cancelled) break;
        }
        return new StylizationResult
        {
            Image = Finish(picture),
            Stopped = outcome.Cancelled ? StopReason.Cancelled : outcome.Converged ? StopReason.Converged : StopReason.Completed,
            History = _history,
            Stages = _stages,
            Networks = stylizer.Networks,
            Loss = outcome.Loss / stylizer.Common,
            Evaluations = _evaluations,
            Seconds = _clock.Elapsed.TotalSeconds,
            Phases = _phases,
            Engine = stylizer.Engine,
            Device = _options.Compute.Device.ToString(),
            PeakMemoryBytes = PeakMemory(),
        };
    }

    /// <summary>The content as the network sees it.</summary>
    private PlanarImage Seen() => _options.Recolors
        ? StyleColors.Recolored(content, style.Colors, guides.Masks(content.Width, content.Height), _options.Recolor)
        : _color.Seen(content);

    private void Plan()
    {
        _stages = StageSchedule.Plan(_options, Math.Max(size.Width, size.Height), stylizer.Networks.Count);
        _sizes = [.. _stages.Select(s =>
            StageSchedule.Working(content.Width, content.Height, s.LongerSide, stylizer.LeastSide, "The content"))];
        for (int i = 0; i < _stages.Count; i++) _wholeWork += Work(i) * _stages[i].Iterations;
    }

    private double Work(int stage) => (double)_sizes[stage].Width * _sizes[stage].Height * stylizer.Work(_stages[stage].Network);

    private string Name(int stage) =>
        $"{_sizes[stage].Width} x "
            + $"{_sizes[stage].Height}{(stylizer.Networks.Count == 1 ? "" : $" {stylizer.Networks[_stages[stage].Network].Name}")}";

    private IReadOnlyList<GraphTensor>[] MeasureStyle()
    {
        IReadOnlyList<GraphTensor>[] targets = new IReadOnlyList<GraphTensor>[_stages.Count];
        if (stylizer.StyleLosses.Count == 0)
        {
            Array.Fill(targets, []);
            return targets;
        }
        bool recolor = _color.RecolorsStyle, own = recolor || _options.FitStyle;
        if (own && !style.HasImages)
            throw new ArgumentException($"The style was measured without its images, which {(_options.FitStyle ? "FitStyle" : $"PreserveColor {_color.Mode}{(_color.MatchLuminance ? " with MatchLuminance" : "")}")} needs. Measure it with that option.", nameof(style));
        IReadOnlyList<StyleTargetImage> images = recolor ? [.. style.Images.Select(i => i with { Image = _color.Style(i.Image, content) })]
            : style.Images;
        StyleSides[] sides = [.. stylizer.StyleSidesOf(_stages)];
        IStyleMeter? meter = null;
        IReadOnlyList<GraphTensor>? target = null;
        try
        {
            for (int i = 0; i < targets.Length; i++)
            {
                // Two networks at a size share what was measured for it.
                if (i == 0 || !own || sides[i] != sides[i - 1]) target = own ? null : style.Find(sides[i]);
                if (target is null)
                {
                    if (!style.HasImages) throw new ArgumentException("The style holds neither statistics nor images. Measure it again.",
                        nameof(style));
                    target = stylizer.Measure(meter ??= stylizer.StyleMeter(), images, sides[i], cancellation, _options.FitStyle
                        ? _sizes[i] : null);
                    if (!own) style.Add(sides[i], target);
                }
                targets[i] = stylizer.StyleOf(_stages[i].Network, target);
            }
        }
        finally
        {
            meter?.Dispose();
        }
        return targets;
    }

    private IReadOnlyList<GraphTensor>[] MeasureContent()
    {
        IReadOnlyList<GraphTensor>[] targets = new IReadOnlyList<GraphTensor>[_stages.Count];
        Array.Fill(targets, []);
        if (stylizer.ContentLosses.Count == 0) return targets;
        foreach (int network in _stages.Select(s => s.Network).Distinct())
        {
            using IStyleMeter meter = stylizer.ContentMeter(network);
            for (int i = 0; i < targets.Length; i++)
                if (_stages[i].Network == network) targets[i] = meter.Measure(Stylizer.Sized(_seen!, _sizes[i].Width, _sizes[i].Height),
                    cancellation);
        }
        return targets;
    }

    private ImageOptimizer MakeOptimizer(int length)
    {
        if (_options.Optimizer == OptimizerKind.Adam)
            return new AdamOptimizer(length, _options.EffectiveLearningRate, _options.Beta1, _options.Beta2, _options.Epsilon, lower: 0,
                upper: 255, _options.Compute.Threads);
        return new LbfgsOptimizer(length, MemoryEstimate.Pairs(_options.History, length), _options.EffectiveLearningRate, lower: 0, upper: 255,
            _options.Compute.Threads);
    }

    private PlanarImage First() => _options.Start switch
    {
        StartImage.Content => _seen!,
        StartImage.Image => start!,
        _ => Noise.Make(_sizes[0].Width, _sizes[0].Height, _options.Seed, _options.NoiseKind, _options.NoiseDeviation),
    };

    private StageOutcome Stage(int index, IStyleEvaluator evaluator, ImageOptimizer optimizer, PlanarImage from)
    {
        (int width, int height) = _sizes[index];
        int planned = _stages[index].Iterations, own = 0;
        // The peak is near. Filters that are transformed by now, targets in planes, what smaller sizes took: nothing else would give them back in time.
        if (_options.Compute.TrimMemory && index == _stages.Count - 1 && from.Samples.Length >= CollectFrom) GC.Collect(GC.MaxGeneration,
            GCCollectionMode.Aggressive);
        StageTracker tracker = new(from.Samples.Length, _options);
        bool converged = false;
        double before = _work;
        try
        {
            // From the same point: Adam's picture and an average are not where the optimiser stands.
            if (_options.Relay.Keeps && index > 0 && _sizes[index] == _sizes[index - 1]
                && optimizer.Point.SequenceEqual(from.Samples)) optimizer.Resume(Evaluate);
            else optimizer.Start(from.Samples, Evaluate);
            tracker.Begin(optimizer.Point, optimizer.Value);
            int matched = _evaluations;
            while (own < planned && !converged)
            {
                if (evaluator.Matches && _evaluations - matched >= EvaluationsPerMatch)
                {
                    evaluator.Rematch();
                    optimizer.Resume(Evaluate);
                    tracker.Begin(optimizer.Point, optimizer.Value);
                    matched = _evaluations;
                }
                if (!optimizer.Step())
                {
                    if (_iterations == 0) CheckGradient(width, height, optimizer.Gradient);
                    converged = true;
                    break;
                }
                own++;
                _iterations++;
                _work += Work(index);
                tracker.Add(optimizer.Point, optimizer.Value);
                Clock(own);
                Report(index, optimizer.Value / stylizer.Common, optimizer.Point);
                converged = tracker.Converged;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && _iterations > 0)
        {
            return new StageOutcome(own > 0 ? tracker.Picture(width, height, optimizer.Point) : from, tracker.Best, false, true);
        }
        catch (NotFiniteNumberException e)
        {
            throw NotFinite(width, height, e);
        }
        _work = before + Work(index) * planned; // what was not needed counts as done
        return new StageOutcome(tracker.Picture(width, height, optimizer.Point), tracker.Best, converged, false);

        double Evaluate(ReadOnlySpan<float> point, Span<float> gradient)
        {
            cancellation.ThrowIfCancellationRequested();
            double total = evaluator.Evaluate(point, width, height, gradient, _terms.Next(), cancellation);
            _evaluations++;
            _terms.Note(total);
            if (stylizer.Common == 1) return total;
            System.Numerics.Tensors.TensorPrimitives.Multiply(gradient, stylizer.Common, gradient);
            return total * stylizer.Common;
        }
    }

    // The speed at this size without its first iteration, which prepares; before there is one, that of the size before.
    private void Clock(int own)
    {
        double seconds = _clock.Elapsed.TotalSeconds;
        if (own == 1) (_markWork, _markSeconds) = (_work, seconds);
        else _secondsAWork = (seconds - _markSeconds) / (_work - _markWork);
    }

    private void Report(int stage, double total, ReadOnlySpan<float> point)
    {
        ReadOnlySpan<double> values = _terms.Of(total);
        double content = 0, style = 0, tv = 0;
        LossTerm[] terms = new LossTerm[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            Loss loss = stylizer.Losses[i];
            terms[i] = new LossTerm(loss.Name, values[i]);
            switch (loss.Kind)
            {
                case LossKind.Content: content += values[i]; break;
                case LossKind.Style or LossKind.Neighbors: style += values[i]; break;
                default: tv += values[i]; break;
            }
        }
        (int width, int height) = _sizes[stage];
        double seconds = _clock.Elapsed.TotalSeconds;
        _history.Add(new StylizationHistoryEntry(_iterations, _evaluations, seconds, width, height, total, content, style, tv,
            stylizer.Networks[_stages[stage].Network].Name));
        bool preview = callbacks.Preview is not null && _options.PreviewEvery > 0 && _iterations % _options.PreviewEvery == 0;
        if (callbacks.Progress is null && !preview) return;
        StylizationProgress progress = new()
        {
            Stage = stage + 1,
            Stages = _stages.Count,
            Iteration = _iterations,
            Iterations = _stages.Sum(s => s.Iterations),
            Evaluations = _evaluations,
            Seconds = seconds,
            Fraction = Math.Min(1, _work / _wholeWork),
            SecondsLeft = _secondsAWork * Math.Max(0, _wholeWork - _work),
            Width = width,
            Height = height,
            Network = stylizer.Networks[_stages[stage].Network].Name,
            Total = total,
            Content = content,
            Style = style,
            TotalVariation = tv,
            Terms = terms,
        };
        callbacks.Progress?.Invoke(progress);
        if (preview) callbacks.Preview!(new StylizationPreview(Finish(new PlanarImage(width, height, point.ToArray())), progress));
    }

    private PlanarImage Finish(PlanarImage picture)
    {
        PlanarImage finished = Stylizer.Sized(picture, size.Width, size.Height);
        return Colored(ReferenceEquals(finished, content) || ReferenceEquals(finished, start) ? finished.Clone() : finished);
    }

    private PlanarImage Colored(PlanarImage picture)
    {
        PlanarImage own = Stylizer.Sized(content, picture.Width, picture.Height);
        return guides.Painted(_options.Recolors
            ? StyleColors.Bounded(picture, own, style.Colors, guides.Masks(picture.Width, picture.Height), _options.Recolor)
            : _color.Finished(picture, content), own);
    }

    private InvalidOperationException NotFinite(int width, int height, NotFiniteNumberException e)
    {
        string[] bad = [.. _terms.Last.ToArray().Select((v, i) => (v, i)).Where(t => !double.IsFinite(t.v)).Select(t =>
            stylizer.Losses[t.i].Name)];
        string what = bad.Length == 0 ? "the gradient" : string.Join(", ", bad);
        return new InvalidOperationException(
            $"At {width} x {height}, after {_iterations} iterations, {what} is not finite. {LargestWeight()}: use smaller weights or a "
                + $"smaller learning rate, and check that the network's file is sound.", e);
    }

    // No first step: at a minimum, or because squares of the gradient are beyond what floats hold.
    private void CheckGradient(int width, int height, ReadOnlySpan<float> gradient)
    {
        float squares = System.Numerics.Tensors.TensorPrimitives.SumOfSquares(gradient);
        if (!float.IsFinite(squares))
            throw new InvalidOperationException($"At {width} x {height} the gradient is too large to go on with. {LargestWeight()}: use "
                + $"smaller weights.");
        if (squares == 0 && gradient.ContainsAnyExcept(0f))
            throw new InvalidOperationException($"At {width} x {height} the gradient is too small to go on with. {LargestWeight()}: use "
                + $"larger weights, or relative losses.");
    }

    private string LargestWeight()
    {
        (string Name, double Value)[] weights =
        [
            (nameof(_options.ContentWeight), _options.ContentWeight), (nameof(_options.StyleWeight), _options.StyleWeight),
            (nameof(_options.TvWeight), _options.TvWeight),
        ];
        (string name, double value) = weights.MaxBy(w => w.Value);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}");
    }

    private T Phase<T>(string name, string spoken, Func<T> work)
    {
        callbacks.Phase?.Invoke(spoken);
        double begun = _clock.Elapsed.TotalSeconds;
        T result = work();
        _phases.Add(new PhaseTime(name, _clock.Elapsed.TotalSeconds - begun));
        return result;
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private readonly record struct StageOutcome(PlanarImage Picture, double Loss, bool Converged, bool Cancelled);
}
