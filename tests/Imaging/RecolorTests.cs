using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class RecolorTests
{
    [Fact]
    public void TheColoursGetMeanAndCovarianceByASymmetricMap()
    {
        PlanarImage image = Image(1, 110, 20), reference = Image(2, 120, 15);
        ColorStatistics own = ColorStatistics.Of(image), wanted = ColorStatistics.Of(reference);
        PlanarImage recolored = ColorTransfer.Recolor(image, own, wanted);
        ColorStatistics found = ColorStatistics.Of(recolored);
        for (int a = 0; a < 3; a++)
        {
            Assert.Equal(wanted.Mean[a], found.Mean[a], 1e-2);
            for (int b = 0; b < 3; b++) Assert.Equal(wanted[a, b], found[a, b], 0.2);
        }

        // Of all maps to that covariance the symmetric one moves colours least: less than the one by square roots.
        Assert.True(Moved(recolored) < Moved(ColorTransfer.MatchHistogram(image, reference)));

        double Moved(PlanarImage to) => image.Samples.Zip(to.Samples, (x, y) => (double)(x - y) * (x - y)).Sum();
    }

    [Fact]
    public void BoundedColoursSpreadAsWideAsTheNarrowerOfTheTwo()
    {
        Gen<double[]> spreads = Gen.Choose(0, 40).Select(s => (double)s).ArrayOf(6);
        Prop.ForAll(spreads.ToArbitrary(), d =>
        {
            PlanarImage image = Apart(128, d[..3]), reference = Apart(90, d[3..]);
            PlanarImage bounded = ColorTransfer.Bound(image, ColorStatistics.Of(image), ColorStatistics.Of(reference));
            ColorStatistics found = ColorStatistics.Of(bounded);
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(128, found.Mean[c], 1e-3);
                // Deviations below that of rounding are none.
                Assert.Equal(Math.Min(d[c], d[3 + c]), Math.Sqrt(found[c, c]), 1e-2);
            }
            if (d[0] <= d[3] && d[1] <= d[4] && d[2] <= d[5] && d.All(v => v > 0)) Assert.Same(image, bounded);
        }).Check(Config.QuickThrowOnFailure);

        // Three channels that know nothing of each other.
        static PlanarImage Apart(float mean, double[] deviations)
        {
            PlanarImage image = new(8, 8);
            for (int i = 0; i < 64; i++)
                for (int c = 0; c < 3; c++) image.Plane(c)[i] = mean + ((i >> c & 1) == 0 ? 1 : -1) * (float)deviations[c];
            return image;
        }
    }

    [Fact]
    public void ChromaThatTheReferenceLacksGoesAndLightStays()
    {
        PlanarImage speckled = Image(5, 120, 25), grey = ColorTransfer.Grey(Image(6, 120, 40));
        PlanarImage bounded = ColorTransfer.Bound(speckled, ColorStatistics.Of(speckled), ColorStatistics.Of(grey));
        Assert.True(Chroma(bounded) < 0.1 * Chroma(speckled), $"{Chroma(bounded)} {Chroma(speckled)}");
        Assert.True(Light(bounded) > 0.95 * Light(speckled), $"{Light(bounded)} {Light(speckled)}");

        static double Chroma(PlanarImage image) => Deviation(image, 1) + Deviation(image, 2);
        static double Deviation(PlanarImage image, int plane) => ColorStatistics.OfPlane(ColorSpaces.ToYiq(image).Plane(plane)).Deviation;
        static double Light(PlanarImage image)
        {
            ColorStatistics colors = ColorStatistics.Of(image);
            double sum = 0;
            for (int i = 0; i < 9; i++) sum += colors[i / 3, i % 3];
            return Math.Sqrt(sum);
        }
    }

    [Fact]
    public void AFlatImageStaysFinite()
    {
        PlanarImage grey = new(8, 8);
        grey.Samples.AsSpan().Fill(100);
        PlanarImage recolored = ColorTransfer.Recolor(grey, ColorStatistics.Of(grey), ColorStatistics.Of(Image(2, 120, 15)));
        Assert.All(recolored.Samples, s => Assert.InRange(s, 0, 255));
    }

    [Fact]
    public void MixturesAndMasksAreThoseOfTheirPixels()
    {
        PlanarImage left = Image(1, 90, 20), right = Image(2, 130, 10), both = new(left.Width * 2, left.Height);
        for (int c = 0; c < 3; c++)
        {
            for (int y = 0; y < left.Height; y++)
            {
                left.Plane(c).Slice(y * left.Width, left.Width).CopyTo(both.Plane(c)[(y * both.Width)..]);
                right.Plane(c).Slice(y * left.Width, left.Width).CopyTo(both.Plane(c)[(y * both.Width + left.Width)..]);
            }
        }
        float[] mask = [.. Enumerable.Range(0, both.Width * both.Height).Select(i => i % both.Width < left.Width ? 1f : 0)];
        Same(ColorStatistics.Of(both), ColorStatistics.Mix([(0.5, ColorStatistics.Of(left)), (0.5, ColorStatistics.Of(right))]));
        Same(ColorStatistics.Of(left), ColorStatistics.Of(both, mask)!);
        Assert.Null(ColorStatistics.Of(both, new float[mask.Length]));
        Same(ColorStatistics.Of(both), ColorStatistics.FromNumbers(ColorStatistics.Of(both).ToNumbers()));
        Assert.Throws<ArgumentException>(() => ColorStatistics.FromNumbers([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => ColorStatistics.FromNumbers([1, 2, 3, -1, 0, 0, 0, 1, 0, 0, 0, 1]));
        Assert.Throws<ArgumentException>(() => ColorStatistics.FromNumbers([1, 2, 3, 1, 5, 0, 0, 1, 0, 0, 0, 1]));

        static void Same(ColorStatistics a, ColorStatistics b)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(a.Mean[i], b.Mean[i], 1e-6);
                for (int k = 0; k < 3; k++) Assert.Equal(a[i, k], b[i, k], 1e-6 * (1 + Math.Abs(a[i, k])));
            }
        }
    }

    [Fact]
    public void FourQuarterTurnsAreNone()
    {
        PlanarImage image = Image(3, 100, 30);
        PlanarImage once = image.Turned(1);
        Assert.Equal((image.Height, image.Width), (once.Width, once.Height));
        Assert.Equal(image.Plane(0)[image.Width - 1], once.Plane(0)[0]);
        Assert.Equal(image.Turned(2).Samples, once.Turned(1).Samples);
        Assert.Equal(image.Turned(3).Samples, image.Turned(2).Turned(1).Samples);
        Assert.Equal(image.Samples, image.Turned(3).Turned(1).Samples);
    }

    // Colours that depend on each other, well within 0..255.
    private static PlanarImage Image(int seed, double mean, double spread)
    {
        Random random = new(seed);
        PlanarImage image = new(23, 17);
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            double x = random.NextDouble() - 0.5, y = random.NextDouble() - 0.5, z = random.NextDouble() - 0.5;
            image.Plane(0)[i] = (float)(mean + spread * x);
            image.Plane(1)[i] = (float)(mean + seed * 5 + spread * (0.6 * x + y));
            image.Plane(2)[i] = (float)(mean - seed * 7 + spread * (0.3 * x - 0.5 * y + z));
        }
        return image;
    }
}
