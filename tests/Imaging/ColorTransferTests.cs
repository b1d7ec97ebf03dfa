using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using MLNetStyle.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class ColorTransferTests
{
    private static readonly Arbitrary<int> s_seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    [Fact]
    public void MeanAndCovarianceAreMatched() => Prop.ForAll(s_seeds, seed =>
    {
        PlanarImage source = TestImages.Correlated(seed, 31, 17), reference = TestImages.Correlated(seed + 1, 12, 40);
        ColorStatistics wanted = ColorStatistics.Of(reference);
        foreach (ColorMatching matching in Enum.GetValues<ColorMatching>())
            AssertStatistics(wanted, ColorStatistics.Of(ColorTransfer.MatchHistogram(source, reference, matching)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MatchingAnImageWithItselfChangesNothing() => Prop.ForAll(s_seeds, seed =>
    {
        PlanarImage image = TestImages.Correlated(seed, 20, 20);
        foreach (ColorMatching matching in Enum.GetValues<ColorMatching>())
            TestImages.AssertEqual(image, ColorTransfer.MatchHistogram(image, image, matching), 1e-3);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheSquareRootIsIndependentOfTheOrderOfTheChannels()
    {
        PlanarImage source = TestImages.Correlated(5, 20, 20), reference = TestImages.Correlated(6, 20, 20);
        PlanarImage turned = Turn(ColorTransfer.MatchHistogram(source, reference));
        TestImages.AssertEqual(turned, ColorTransfer.MatchHistogram(Turn(source), Turn(reference)), 1e-3);

        static PlanarImage Turn(PlanarImage image)
        {
            PlanarImage result = new(image.Width, image.Height);
            for (int c = 0; c < 3; c++) image.Plane(c).CopyTo(result.Plane((c + 1) % 3));
            return result;
        }
    }

    [Fact]
    public void ADegenerateSourceStaysFiniteAndTakesTheMean()
    {
        PlanarImage reference = TestImages.Correlated(2, 30, 30), constant = new(7, 5),
            grey = ColorTransfer.Grey(TestImages.Random(1, 40, 30));
        constant.Samples.AsSpan().Fill(77);
        ColorStatistics wanted = ColorStatistics.Of(reference);
        foreach (ColorMatching matching in Enum.GetValues<ColorMatching>())
            foreach (PlanarImage source in new[] { constant, grey, new PlanarImage(1, 1, [1, 2, 3]) })
            {
                PlanarImage matched = ColorTransfer.MatchHistogram(source, reference, matching);
                Assert.All(matched.Samples, v => Assert.InRange(v, -1000, 1000));
                ColorStatistics got = ColorStatistics.Of(matched);
                for (int c = 0; c < 3; c++) Assert.Equal(wanted.Mean[c], got.Mean[c], 1e-3);
            }
    }

    [Fact]
    public void ADegenerateReferenceIsMatched()
    {
        PlanarImage source = TestImages.Correlated(3, 30, 30), grey = ColorTransfer.Grey(TestImages.Random(1, 40, 30)),
            constant = new(3, 3);
        constant.Samples.AsSpan().Fill(42);
        foreach (ColorMatching matching in Enum.GetValues<ColorMatching>())
        {
            AssertStatistics(ColorStatistics.Of(grey), ColorStatistics.Of(ColorTransfer.MatchHistogram(source, grey, matching)));
            Assert.All(ColorTransfer.MatchHistogram(source, constant, matching).Samples, v => Assert.Equal(42, v, 1e-3f));
        }
    }

    [Fact]
    public void NoiseInANearlyGreySourceIsNotBlownUp()
    {
        PlanarImage grey = ColorTransfer.Grey(TestImages.Random(1, 40, 30)), reference = TestImages.Correlated(2, 30, 30);
        PlanarImage noise = TestImages.Random(9, 40, 30, -0.05f, 0.05f), noisy = grey.Clone();
        for (int i = 0; i < noisy.Samples.Length; i++) noisy.Samples[i] += noise.Samples[i];
        foreach (ColorMatching matching in Enum.GetValues<ColorMatching>())
            TestImages.AssertEqual(
                ColorTransfer.MatchHistogram(grey, reference, matching), ColorTransfer.MatchHistogram(noisy, reference, matching), 15);
    }

    [Fact]
    public void InfiniteSamplesAreNamed()
    {
        PlanarImage image = TestImages.Correlated(2, 4, 4), broken = image.Clone();
        broken.Samples[5] = float.NaN;
        Assert.Throws<ArgumentException>(() => ColorTransfer.MatchHistogram(broken, image));
        Assert.Throws<ArgumentException>(() => ColorTransfer.MatchHistogram(image, broken));
        Assert.Throws<ArgumentException>(() => ColorTransfer.MatchLuminance(broken, image));
    }

    [Fact]
    public void LuminanceTransferLeavesChromaUntouched() => Prop.ForAll(s_seeds, seed =>
    {
        PlanarImage styled = TestImages.Bytes(seed, 19, 13), content = TestImages.Bytes(seed + 1, 19, 13);
        PlanarImage yiq = ColorSpaces.ToYiq(ColorTransfer.Luminance(styled, content)), wanted = ColorSpaces.ToYiq(content);
        ColorSpaces.ToYiq(styled).Plane(0).CopyTo(wanted.Plane(0));
        TestImages.AssertEqual(wanted, yiq, 1e-3);
        PlanarImage lab = ColorSpaces.ToLab(ColorTransfer.Luminance(styled, content, LuminanceSpace.Lab)),
            wantedLab = ColorSpaces.ToLab(content);
        ColorSpaces.ToLab(styled).Plane(0).CopyTo(wantedLab.Plane(0));
        TestImages.AssertEqual(wantedLab, lab, 1e-2);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ChromaSurvivesRoundingToBytes()
    {
        // Colours near grey, so that no channel leaves 0..255 and only the rounding of the bytes is left.
        PlanarImage styled = TestImages.Random(1, 64, 64, 60, 190), content = TestImages.Random(2, 64, 64, 110, 150);
        PlanarImage result = ColorTransfer.Luminance(styled, content), wanted = ColorSpaces.ToYiq(content);
        for (int i = 0; i < result.Samples.Length; i++) result.Samples[i] = PixelBytes.ToByte(result.Samples[i]);
        PlanarImage got = ColorSpaces.ToYiq(result);
        for (int c = 1; c < 3; c++)
            for (int i = 0; i < got.Plane(c).Length; i++) Assert.Equal(wanted.Plane(c)[i], got.Plane(c)[i], 0.6f);
    }

    [Fact]
    public void LuminanceIsMatchedInMeanAndDeviation()
    {
        PlanarImage style = TestImages.Correlated(1, 30, 20), content = TestImages.Correlated(2, 11, 50);
        ReadOnlySpan<float> wanted = ColorSpaces.ToYiq(content).Plane(0);
        PlanarImage matched = ColorSpaces.ToYiq(ColorTransfer.MatchLuminance(style, content)), before = ColorSpaces.ToYiq(style);
        (double mean, double deviation) = ColorStatistics.OfPlane(matched.Plane(0));
        (double wantedMean, double wantedDeviation) = ColorStatistics.OfPlane(wanted);
        Assert.Equal(wantedMean, mean, 1e-3);
        Assert.Equal(wantedDeviation, deviation, 1e-3);
        for (int c = 1; c < 3; c++)
            for (int i = 0; i < before.Plane(c).Length; i++) Assert.Equal(before.Plane(c)[i], matched.Plane(c)[i], 1e-3f);

        PlanarImage flat = new(3, 2);
        flat.Samples.AsSpan().Fill(9);
        Assert.All(ColorTransfer.MatchLuminance(flat, content).Samples, v => Assert.Equal(wantedMean, v, 1e-3));
    }

    [Fact]
    public void AContentOfAnotherSizeIsResized()
    {
        PlanarImage styled = TestImages.Random(1, 24, 12), content = TestImages.Random(2, 48, 24);
        PlanarImage expected = ColorTransfer.Luminance(styled, Resizer.Resize(content, 24, 12));
        Assert.Equal(expected.Samples, ColorTransfer.Luminance(styled, content).Samples);
    }

    [Fact]
    public void LinearAlgebraAgreesWithMathNet() => Prop.ForAll(s_seeds, seed =>
    {
        Random random = new(seed);
        Matrix<double> root = Matrix<double>.Build.Dense(3, 3, (_, _) => random.NextDouble() - 0.5), a = root * root.Transpose();
        double[] values = [.. Matrix3.Eigen(a.ToArray()).Values.Order()];
        double[] expected = [.. a.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).Order()];
        for (int i = 0; i < 3; i++) Assert.Equal(expected[i], values[i], 1e-12);
        Close(a, Matrix3.Apply(a.ToArray(), v => v));
        double[,] l = Matrix3.Cholesky(a.ToArray());
        Close(a, Matrix3.Multiply(l, Matrix<double>.Build.DenseOfArray(l).Transpose().ToArray()));
        Matrix<double> regular = a + Matrix<double>.Build.DenseIdentity(3);
        Close(regular.Inverse(), Matrix3.Inverse(regular.ToArray()));

        static void Close(Matrix<double> expected, double[,] actual)
        {
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++) Assert.Equal(expected[i, j], actual[i, j], 1e-10);
        }
    }).QuickCheckThrowOnFailure();

    private static void AssertStatistics(ColorStatistics wanted, ColorStatistics got)
    {
        double scale = Math.Max(1, wanted[0, 0] + wanted[1, 1] + wanted[2, 2]);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(wanted.Mean[i], got.Mean[i], 1e-3);
            for (int j = 0; j < 3; j++) Assert.Equal(0, (wanted[i, j] - got[i, j]) / scale, 1e-3);
        }
    }
}
