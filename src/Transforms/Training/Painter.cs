using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Optimization;
using MLNetStyle.Stylization;

namespace MLNetStyle.Training;

/// <summary>What one photograph gave.</summary>
internal sealed class Result(TransformShape shape)
{
    public float[] Shared { get; } = new float[shape.SharedCount];

    public float[] Norms { get; } = new float[shape.StyleCount];

    public int Style { get; set; }

    public double Loss { get; set; }

    public double Content { get; set; }

    public double StyleLoss { get; set; }

    /// <summary>What spikes were charged, which is no part of the loss.</summary>
    public double Spikes { get; set; }
}

/// <summary>Paints photographs and measures what came of it, on one thread.</summary>
internal sealed class Painter : IDisposable
{
    /// <summary>Holds spikes down, and cost painting a hundredth of its loss in a medium network with content 1.2 and style 30.</summary>
    private const double SpikeWeight = 0.2;

    private readonly TransformEngine _engine;
    private readonly Stylizer _stylizer;
    private readonly IStyleMeter? _content;
    private readonly StyleSides _sides;
    private readonly double[] _terms;
    private float[] _painted = [];
    private float[] _cut = [];
    private float[] _gradient = [];

    public Painter(TransformShape shape, Network network, FastStyleTrainingOptions options)
    {
        _engine = new TransformEngine(shape, 1);
        _stylizer = new Stylizer(network, options.LossOptions(1));
        _sides = _stylizer.StyleSidesOf(StageSchedule.Plan(_stylizer.Options, options.StyleSize)).Single();
        _content = _stylizer.ContentLosses.Count == 0 ? null : _stylizer.ContentMeter(0);
        _terms = new double[_stylizer.Losses.Count];
    }

    /// <summary>Takes a network's parameters.</summary>
    public void Take(TransformNetwork network, bool backward = true) => _engine.SetShared(network.Shared, backward);

    /// <summary>Paints a photograph, and gives the loss's gradient by the parameters, those that all styles share among them where they
    /// are asked for.</summary>
    public void Learn(PlanarImage photograph, float[] norms, StyleTarget style, Result result, bool shared, CancellationToken cancellation)
    {
        Array.Clear(result.Shared);
        Array.Clear(result.Norms);
        result.Loss = Evaluate(photograph, norms, style, keep: true, cancellation);
        result.Content = Sum(LossKind.Content);
        result.StyleLoss = Sum(LossKind.Style);
        // Where a level was cut off only a gradient that leads back to what can be shown passes.
        for (int i = 0; i < _gradient.Length; i++)
            if ((_painted[i] < 0 && _gradient[i] > 0) || (_painted[i] > 255 && _gradient[i] < 0)) _gradient[i] = 0;
        result.Spikes = _engine.Backward(_gradient, shared ? result.Shared : [], result.Norms, SpikeWeight);
    }

    /// <summary>Gives a photograph back, and the gradient of what it misses by the norms: the mean square of the levels, in 127.5 of
    /// them.</summary>
    public void GiveBack(PlanarImage photograph, float[] norms, Result result, CancellationToken cancellation)
    {
        const float Unit = 127.5f;
        Array.Clear(result.Norms);
        Size(photograph);
        _engine.Forward(photograph.Samples, photograph.Width, photograph.Height, norms, _painted, keep: true, cancellation);
        TensorPrimitives.Subtract(_painted, photograph.Samples, _gradient);
        result.Loss = TensorPrimitives.SumOfSquares<float>(_gradient) / (Unit * Unit * _gradient.Length);
        TensorPrimitives.Multiply(_gradient, 2 / (Unit * Unit * _gradient.Length), _gradient);
        _engine.Backward(_gradient, [], result.Norms);
    }

    /// <summary>Paints a photograph and gives the loss.</summary>
    public double Loss(PlanarImage photograph, float[] norms, StyleTarget style, CancellationToken cancellation) =>
        Evaluate(photograph, norms, style, keep: false, cancellation);

    public void Dispose()
    {
        _engine.Dispose();
        _content?.Dispose();
        _stylizer.Dispose();
    }

    private double Evaluate(PlanarImage photograph, float[] norms, StyleTarget style, bool keep, CancellationToken cancellation)
    {
        Size(photograph);
        _engine.Forward(photograph.Samples, photograph.Width, photograph.Height, norms, _painted, keep, cancellation);
        VectorMath.Clamp(_painted, 0, 255, _cut);
        IReadOnlyList<GraphTensor> contents = _content?.Measure(photograph, cancellation) ?? [];
        IStyleEvaluator evaluator = _stylizer.Evaluator();
        evaluator.SetTargets([.. contents, .. style.Find(_sides)!,
            .. _stylizer.Losses.Where(l => !l.HasTarget).Select(_ => (GraphTensor?)null)]);
        return evaluator.Evaluate(_cut, photograph.Width, photograph.Height, _gradient, _terms, cancellation);
    }

    private void Size(PlanarImage photograph)
    {
        int length = photograph.Samples.Length;
        if (_painted.Length != length) (_painted, _cut, _gradient) = (new float[length], new float[length], new float[length]);
    }

    private double Sum(LossKind kind)
    {
        double sum = 0;
        for (int i = 0; i < _terms.Length; i++)
            if (_stylizer.Losses[i].Kind == kind) sum += _terms[i];
        return sum;
    }
}
