using MLNetStyle.Optimization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class AdamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(67)]
    public void FollowsTheFormula(int n)
    {
        double[] curvature = [1, 2, 0.3, 5], centre = [3, -2, 8];
        Objective objective = Functions.Quadratic(curvature, centre);
        AdamOptimizer optimizer = new(n, rate: 0.5);
        optimizer.Start(new float[n], objective);
        double[] x = new double[n], m = new double[n], v = new double[n];
        for (int t = 1; t <= 30; t++)
        {
            for (int i = 0; i < n; i++)
            {
                double g = 2 * curvature[i % 4] * (x[i] - centre[i % 3]);
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                x[i] -= 0.5 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
            Assert.True(optimizer.Step());
            for (int i = 0; i < n; i++) Assert.Equal(x[i], optimizer.Point[i], 1e-3);
        }
        Assert.Equal(31, optimizer.Evaluations);
    }

    [Fact]
    public void TheFirstStepIsTheLearningRateWhateverTheGradient()
    {
        AdamOptimizer optimizer = new(2, rate: 5);
        optimizer.Start([100, 100], Functions.Quadratic([1e-9, 1e4], [0, 200]));
        optimizer.Step();
        Assert.Equal(95, optimizer.Point[0], 0.5);
        Assert.Equal(105, optimizer.Point[1], 0.01);
    }

    [Fact]
    public void StaysWithinBounds()
    {
        const int n = 19; // vector lanes and a remainder
        AdamOptimizer optimizer = new(n, rate: 20, lower: 0, upper: 255);
        optimizer.Start([.. Enumerable.Range(0, n).Select(i => 20f * i - 50)], Functions.Quadratic([1, 2], [400, -100, 128]));
        for (int t = 0; t < 200; t++)
        {
            optimizer.Step();
            foreach (float p in optimizer.Point) Assert.InRange(p, 0, 255);
        }
        for (int i = 0; i < n; i++) Assert.Equal(i % 3 == 0 ? 255 : i % 3 == 1 ? 0 : 128, optimizer.Point[i], 2.0);
    }

    [Fact]
    public void ForgetsOnStart()
    {
        AdamOptimizer used = new(3, rate: 1), fresh = new(3, rate: 1);
        used.Start([9, 9, 9], Functions.Rosenbrock);
        for (int i = 0; i < 5; i++) used.Step();
        used.Start([0, 0.5f, 0], Functions.Rosenbrock);
        fresh.Start([0, 0.5f, 0], Functions.Rosenbrock);
        for (int i = 0; i < 5; i++)
        {
            used.Step();
            fresh.Step();
        }
        Assert.True(used.Point.SequenceEqual(fresh.Point));
        Assert.Equal(6, used.Evaluations);
    }

    [Fact]
    public void NotANumberIsAnErrorThatNamesTheRemedy()
    {
        AdamOptimizer optimizer = new(1);
        int calls = 0;
        optimizer.Start([1], (_, g) =>
        {
            g[0] = 1;
            return calls++ == 0 ? 1 : double.NaN;
        });
        Assert.Contains("learning rate", Assert.Throws<NotFiniteNumberException>(() => optimizer.Step()).Message);
    }

    [Fact]
    public void StepsDoNotAllocate()
    {
        AdamOptimizer optimizer = new(5000, lower: 0, upper: 255);
        optimizer.Start(new float[5000], Functions.Quadratic([1], [5]));
        optimizer.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) optimizer.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void RefusesSettingsOutOfRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamOptimizer(1, rate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamOptimizer(1, beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamOptimizer(1, beta2: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamOptimizer(1, epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamOptimizer(1, threads: 1025));
    }
}
