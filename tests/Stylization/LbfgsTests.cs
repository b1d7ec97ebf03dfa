using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Optimization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class LbfgsTests
{
    [Fact]
    public void SolvesAnIllConditionedQuadratic()
    {
        double[] centre = [.. Enumerable.Range(0, 100).Select(i => (double)(i % 7))];
        double[] curvature = [.. Enumerable.Range(0, 100).Select(i => Math.Pow(10, 3.0 * i / 99))];
        LbfgsOptimizer optimizer = new(100);
        optimizer.Start(new float[100], Functions.Quadratic(curvature, centre));
        for (int i = 0; i < 200 && optimizer.Step(); i++) { }
        Assert.True(optimizer.Value < 1e-6, $"value {optimizer.Value}");
        for (int i = 0; i < 100; i++) Assert.Equal(centre[i], optimizer.Point[i], 1e-2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(67)]
    public void DescendsRosenbrocksValley(int n)
    {
        LbfgsOptimizer optimizer = new(n, firstStep: 0.1);
        float[] start = [.. Enumerable.Range(0, n).Select(i => i % 2 == 0 ? -1.2f : 1f)];
        optimizer.Start(start, Functions.Rosenbrock);
        int steps = 0;
        while (steps < 500 && optimizer.Value > 1e-7 && optimizer.Step()) steps++;
        // The chain has a second, local minimum near (-1, 1, ..., 1) from 4 elements on.
        Assert.True(optimizer.Value < 1e-7 || (n > 3 && Functions.Violation(optimizer.Point, optimizer.Gradient, -10, 10) < 1e-2),
            $"value {optimizer.Value}");
        Assert.True(optimizer.Evaluations < 2 * steps + 20, $"{optimizer.Evaluations} evaluations in {steps} steps");
    }

    [Fact]
    public void RosenbrockInTwoDimensionsTakesFewEvaluations()
    {
        LbfgsOptimizer optimizer = new(2, firstStep: 0.1);
        optimizer.Start([-1.2f, 1f], Functions.Rosenbrock);
        while (optimizer.Value > 1e-8 && optimizer.Step()) { }
        Assert.True(optimizer.Value <= 1e-8);
        Assert.InRange(optimizer.Evaluations, 10, 70);
    }

    [Fact]
    public void EveryStepMeetsTheStrongWolfeConditions() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            int n = random.Next(1, 40);
            double[] curvature = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(4 * random.NextDouble()))],
                centre = [.. Enumerable.Range(0, n).Select(_ => 10 * random.NextDouble())];
            Objective objective = random.Next(2) == 0 || n < 2 ? Functions.Quadratic(curvature, centre) : Functions.Rosenbrock;
            LbfgsOptimizer optimizer = new(n, history: random.Next(1, 8), firstStep: Math.Exp(random.NextDouble() * 6 - 3));
            optimizer.Start([.. Enumerable.Range(0, n).Select(_ => (float)(4 * random.NextDouble() - 2))], objective);
            float[] before = new float[n], gradient = new float[n];
            for (int step = 0; step < 25 && optimizer.Value > 1e-3; step++)
            {
                optimizer.Point.CopyTo(before);
                optimizer.Gradient.CopyTo(gradient);
                double value = optimizer.Value;
                if (!optimizer.Step()) return false;
                double slope = 0, slopeAfter = 0;
                for (int i = 0; i < n; i++)
                {
                    double d = (optimizer.Point[i] - before[i]) / optimizer.Search.Step;
                    slope += gradient[i] * d;
                    slopeAfter += optimizer.Gradient[i] * d;
                }
                double slack = 1e-5 * (Math.Abs(value) + Math.Abs(slope));
                if (!optimizer.Search.Wolfe || optimizer.Value > value + ProjectedLineSearch.Decrease * optimizer.Search.Step * slope
                    + slack) return false;
                if (Math.Abs(slopeAfter) > ProjectedLineSearch.Curvature * Math.Abs(slope) + slack) return false;
            }
            return true;
        }));

    [Fact]
    public void WithinBoundsEveryStepIsFeasibleAndDecreasesByTheProjectedCondition() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            int n = random.Next(2, 60);
            float[] b = [.. Enumerable.Range(0, n).Select(_ => (float)(40 * random.NextDouble() - 20))];
            LbfgsOptimizer optimizer = new(n, history: random.Next(1, 10), firstStep: 1, lower: -3, upper: 5);
            optimizer.Start([.. Enumerable.Range(0, n).Select(_ => (float)(20 * random.NextDouble() - 10))], Functions.Coupled(b));
            float[] before = new float[n], gradient = new float[n];
            for (int step = 0; step < 300; step++)
            {
                optimizer.Point.CopyTo(before);
                optimizer.Gradient.CopyTo(gradient);
                double value = optimizer.Value;
                if (!optimizer.Step()) break;
                double descent = 0;
                for (int i = 0; i < n; i++)
                {
                    if (optimizer.Point[i] < -3 || optimizer.Point[i] > 5) return false;
                    descent += gradient[i] * (double)(optimizer.Point[i] - before[i]);
                }
                if (optimizer.Value > value + ProjectedLineSearch.Decrease * Math.Min(0, descent) + 1e-4 * (1 + Math.Abs(value))
                    || optimizer.Value > value) return false;
            }
            return Functions.Violation(optimizer.Point, optimizer.Gradient, -3, 5) < 2e-2;
        }));

    [Fact]
    public void ABoundThatCutsTheMinimumOffIsMetExactly()
    {
        LbfgsOptimizer optimizer = new(3, lower: 0, upper: 255);
        optimizer.Start([100, 100, 100], Functions.Quadratic([1, 3, 9], [300, -20, 50]));
        for (int i = 0; i < 50 && optimizer.Step(); i++) { }
        Assert.Equal(255, optimizer.Point[0]);
        Assert.Equal(0, optimizer.Point[1]);
        Assert.Equal(50, optimizer.Point[2], 1e-3);
    }

    [Fact]
    public void LeavesABoundWhenTheGradientAsksForIt()
    {
        LbfgsOptimizer optimizer = new(4, lower: 0, upper: 255);
        optimizer.Start([0, 255, 0, 255], Functions.Quadratic([1, 5, 20, 2], [12, 40, 200, 254]));
        for (int i = 0; i < 60 && optimizer.Step(); i++) { }
        float[] expected = [12, 40, 200, 254];
        for (int i = 0; i < 4; i++) Assert.Equal(expected[i], optimizer.Point[i], 0.02);
    }

    [Fact]
    public void BoundsThatNeverActChangeNothing()
    {
        float[] start = [.. Enumerable.Range(0, 33).Select(i => 0.1f * i)];
        LbfgsOptimizer free = new(33), bounded = new(33, lower: -1e6f, upper: 1e6f);
        free.Start(start, Functions.Rosenbrock);
        bounded.Start(start, Functions.Rosenbrock);
        for (int i = 0; i < 15; i++)
        {
            free.Step();
            bounded.Step();
            Assert.Equal(free.Value, bounded.Value, 1e-6 * free.Value);
        }
    }

    [Fact]
    public void StopsAtAMinimum()
    {
        LbfgsOptimizer optimizer = new(2, lower: 0, upper: 1);
        optimizer.Start([0, 1], Functions.Quadratic([1, 1], [-5, 5]));
        Assert.False(optimizer.Step());
        Assert.Equal(1, optimizer.Evaluations);
    }

    [Fact]
    public void ShortensAStepThatLeadsWhereTheFunctionIsNotDefined()
    {
        LbfgsOptimizer optimizer = new(1, firstStep: 100);
        optimizer.Start([1], (x, g) =>
        {
            g[0] = 1 - 1 / x[0];
            return x[0] > 0 ? x[0] - Math.Log(x[0]) + 0 * x[0] : double.NaN;
        });
        for (int i = 0; i < 5; i++) optimizer.Step();
        optimizer.Start([3], (x, g) =>
        {
            g[0] = 1 - 1 / x[0];
            return x[0] > 0 ? x[0] - Math.Log(x[0]) : double.NaN;
        });
        for (int i = 0; i < 30 && optimizer.Step(); i++) { }
        Assert.Equal(1, optimizer.Point[0], 1e-2);
    }

    [Fact]
    public void AFunctionThatIsNotFiniteAtTheStartIsAnError() =>
        Assert.Throws<NotFiniteNumberException>(() => new LbfgsOptimizer(1).Start([1], (_, _) => double.NaN));

    [Fact]
    public void BadCurvatureRestarts()
    {
        // -cos has regions of negative curvature; projected onto bounds the search may end on such a pair.
        LbfgsOptimizer optimizer = new(8, firstStep: 0.01, lower: -3, upper: 3);
        optimizer.Start([.. Enumerable.Range(0, 8).Select(i => 2.9f - 0.1f * i)], (x, g) =>
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                g[i] = MathF.Sin(x[i]) * (i + 1);
                sum -= Math.Cos(x[i]) * (i + 1);
            }
            return sum;
        });
        for (int i = 0; i < 80 && optimizer.Step(); i++) { }
        Assert.Equal(-36, optimizer.Value, 1e-3);
    }

    [Fact]
    public void TheNumberOfThreadsChangesNothing()
    {
        List<float[]> found = [];
        foreach (int threads in new[] { 1, 2, 5 })
        {
            using LbfgsOptimizer optimizer = new(70_001, history: 4, lower: 0, upper: 255, threads: threads);
            optimizer.Start(new float[70_001], Functions.Quadratic([1, 2, 3, 40, 5, 6, 0.01], [-1, 20, 300, 40, 5]));
            for (int i = 0; i < 9; i++) optimizer.Step();
            found.Add(optimizer.Point.ToArray());
        }
        Assert.Equal(found[0], found[1]);
        Assert.Equal(found[0], found[2]);
    }

    [Fact]
    public void WhatIsDisposedCanBeReadButDoesNotStep()
    {
        LbfgsOptimizer optimizer = new(2, threads: 2);
        optimizer.Start([-1.2f, 1f], Functions.Rosenbrock);
        optimizer.Dispose();
        optimizer.Dispose();
        Assert.Equal([-1.2f, 1f], optimizer.Point);
        Assert.Throws<InvalidOperationException>(() => optimizer.Step());
        Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptimizer(1, threads: -1));
    }

    [Fact]
    public void StepsDoNotAllocate()
    {
        LbfgsOptimizer optimizer = new(5000, lower: 0, upper: 255);
        Objective objective = Functions.Quadratic([1, 2, 3, 40, 5, 6, 0.01], [-1, 20, 300, 40, 5]);
        optimizer.Start(new float[5000], objective);
        for (int i = 0; i < 4; i++) optimizer.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 4; i++) optimizer.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void RefusesWhatMakesNoSense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptimizer(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptimizer(1, history: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptimizer(1, history: LbfgsOptimizer.MaxHistory + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptimizer(1, firstStep: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptimizer(1, lower: 1, upper: 1));
        Assert.Throws<ArgumentException>(() => new LbfgsOptimizer(1).Start([1, 2], Functions.Rosenbrock));
        Assert.Throws<InvalidOperationException>(() => new LbfgsOptimizer(1).Step());
    }
}
