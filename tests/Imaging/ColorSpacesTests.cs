using MLNetStyle.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class ColorSpacesTests
{
    [Fact]
    public void EverySpaceLeadsBack()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            PlanarImage image = TestImages.Random(seed, 23, 9, -40, 300);
            TestImages.AssertEqual(image, ColorSpaces.FromYiq(ColorSpaces.ToYiq(image)), 1e-3);
            TestImages.AssertEqual(image, ColorSpaces.FromLab(ColorSpaces.ToLab(image)), 5e-3);
        }
    }

    [Fact]
    public void GreysHaveNoChroma()
    {
        PlanarImage greys = new(256, 1);
        for (int i = 0; i < greys.Samples.Length; i++) greys.Samples[i] = i % 256;
        PlanarImage yiq = ColorSpaces.ToYiq(greys), lab = ColorSpaces.ToLab(greys);
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(i, yiq.Plane(0)[i], 1e-3f);
            for (int c = 1; c < 3; c++)
            {
                Assert.Equal(0, yiq.Plane(c)[i], 1e-3f);
                Assert.Equal(0, lab.Plane(c)[i], 1e-3f);
            }
        }
        Assert.Equal(0, lab.Plane(0)[0], 1e-4f);
        Assert.Equal(100, lab.Plane(0)[255], 1e-4f);
    }

    // The corners of the sRGB cube as tables of CIE L*a*b* under D65 give them.
    [Theory]
    [InlineData(255, 0, 0, 53.24, 80.09, 67.20)]
    [InlineData(0, 255, 0, 87.73, -86.18, 83.18)]
    [InlineData(0, 0, 255, 32.30, 79.19, -107.86)]
    [InlineData(255, 255, 0, 97.14, -21.55, 94.48)]
    public void LabHasTheKnownValues(float r, float g, float b, double l, double a, double bStar)
    {
        PlanarImage lab = ColorSpaces.ToLab(new PlanarImage(1, 1, [r, g, b]));
        Assert.Equal(l, lab.Samples[0], 0.02);
        Assert.Equal(a, lab.Samples[1], 0.02);
        Assert.Equal(bStar, lab.Samples[2], 0.02);
    }

    [Theory]
    [InlineData(255, 0, 0, 76.245, 151.95, 53.93)]
    [InlineData(0, 255, 0, 149.685, -70.02, -133.29)]
    [InlineData(0, 0, 255, 29.07, -81.93, 79.36)]
    public void YiqHasTheKnownValues(float r, float g, float b, double y, double i, double q)
    {
        PlanarImage yiq = ColorSpaces.ToYiq(new PlanarImage(1, 1, [r, g, b]));
        Assert.Equal(y, yiq.Samples[0], 0.01);
        Assert.Equal(i, yiq.Samples[1], 0.01);
        Assert.Equal(q, yiq.Samples[2], 0.01);
    }
}
