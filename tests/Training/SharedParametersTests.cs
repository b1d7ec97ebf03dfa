using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Training;

public class SharedParametersTests
{
    /// <summary>Of a matrix U S V' it makes U T V' with a T near 1: beside the given matrix that gives U T S U', symmetric with no negative
    /// eigenvalue, and its own products of rows are U T T U'.</summary>
    [Fact]
    public void OrthogonalizeKeepsDirectionsAndEvensTheirLengths() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            int rows = random.Next(1, 12), columns = rows + random.Next(20);
            double scale = Math.Exp(20 * random.NextDouble() - 10);
            float[] given = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)(scale * (random.NextDouble() - 0.5)))],
                made = [.. given];
            SharedParameters.Orthogonalize(made, rows);
            double[,] beside = Products(made, given, rows), own = Products(made, made, rows);
            double size = Math.Sqrt(given.Sum(v => (double)v * v));
            for (int i = 0; i < rows; i++)
            {
                // The largest singular value of the result is at most 1.3: no product of rows is above its square.
                Assert.InRange(own[i, i], columns >= 2 * rows ? 0.4 : 0, 1.7);
                Assert.InRange(beside[i, i], 0, 1.3 * size);
                for (int j = 0; j < rows; j++) Assert.Equal(beside[i, j], beside[j, i], 1e-3 * size);
            }
        }));

    /// <summary>Rows at right angles are singular vectors themselves, so each only changes its length.</summary>
    [Fact]
    public void RowsAtRightAnglesComeToNearlyOneLength()
    {
        float[] lengths = [9, 3, 1, 0.5f], matrix = new float[4 * 10];
        for (int i = 0; i < 4; i++) (matrix[i * 10 + 2 * i], matrix[i * 10 + 2 * i + 1]) = (0.6f * lengths[i], -0.8f * lengths[i]);
        SharedParameters.Orthogonalize(matrix, 4);
        for (int i = 0; i < 4; i++)
        {
            double length = Math.Sqrt(matrix.AsSpan(i * 10, 10).ToArray().Sum(v => (double)v * v));
            Assert.InRange(length, 0.65, 1.25);
            for (int x = 0; x < 10; x++)
                Assert.Equal(x == 2 * i ? 0.6 * length : x == 2 * i + 1 ? -0.8 * length : 0, matrix[i * 10 + x], 1e-5);
        }
        float[] tiny = [.. matrix.Select(v => 1e-25f * v)];
        SharedParameters.Orthogonalize(tiny, 4);
        Assert.All(Enumerable.Range(0, 4), i => Assert.InRange(tiny.AsSpan(i * 10, 10).ToArray().Sum(v => (double)v * v), 0.4, 1.6));
        float[] nothing = new float[12];
        SharedParameters.Orthogonalize(nothing, 3);
        Assert.Equal(new float[12], nothing);
    }

    [Fact]
    public void AStepIsAsLongAsTheRateSaysWhateverTheGradientsSizeAndDoesNotDependOnThreads()
    {
        TransformShape shape = TransformShape.Small;
        const double Rate = 0.01;
        float[] first = Moved(1, 1e-3f), again = Moved(3, 1e-3f), large = Moved(1, 1e3f);
        Assert.Equal(first, again);
        for (int i = shape.BiasOffset; i < shape.SharedCount; i++) Assert.Equal(Rate, Math.Abs(first[i]), 0.01 * Rate);
        foreach (TransformLayer layer in shape.Layers)
        {
            double length = Math.Sqrt(first.AsSpan(layer.FilterOffset, layer.Filters).ToArray().Average(v => (double)v * v));
            Assert.InRange(length, 0.2 * Rate, 1.01 * Rate);
            for (int i = layer.FilterOffset; i < layer.FilterOffset + layer.Filters; i++) Assert.Equal(first[i], large[i], 0.01 * Rate);
        }

        float[] Moved(int threads, float size)
        {
            float[] values = new float[shape.SharedCount], gradient = new float[shape.SharedCount];
            Random random = new(5);
            for (int i = 0; i < gradient.Length; i++) gradient[i] = size * (random.NextSingle() - 0.5f);
            SharedParameters shared = new(values, new float[values.Length], shape) { Threads = threads };
            shared.Update(gradient, Rate);
            return values;
        }
    }

    private static double[,] Products(float[] a, float[] b, int rows)
    {
        int columns = a.Length / rows;
        double[,] products = new double[rows, rows];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < rows; j++)
                for (int x = 0; x < columns; x++) products[i, j] += (double)a[i * columns + x] * b[j * columns + x];
        return products;
    }
}
