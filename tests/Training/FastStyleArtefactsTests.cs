using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Training;

public class FastStyleArtefactsTests
{
    [Fact]
    public void AnEvenPictureAndOneOfNoiseHaveNone()
    {
        Assert.Equal(new FastStyleArtefacts(0, 0, 0), FastStyleArtefacts.Of(Picture((_, _) => 100)));
        Random random = new(4);
        FastStyleArtefacts noise = FastStyleArtefacts.Of(Picture((_, _) => 100 + 80 * (random.NextDouble() - 0.5)));
        Assert.InRange(noise.Checkerboard, 0, 0.5);
        Assert.InRange(noise.Stripes, 0, 1);
        Assert.InRange(noise.Border, 0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ACheckerboardIsAsStrongAsItIs(int period)
    {
        FastStyleArtefacts found = FastStyleArtefacts.Of(Picture((x, y) => 100 + ((x / period + y / period) % 2 == 0 ? 5 : -5)));
        Assert.Equal(5, found.Checkerboard, 0.05);
        Assert.Equal(0, found.Stripes, 0.05);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void StripesAreAsStrongAsTheyAre(bool rows)
    {
        FastStyleArtefacts found = FastStyleArtefacts.Of(Picture((x, y) => 100
            + 7 * Math.Sqrt(2) * Math.Sin(2 * Math.PI * (rows ? y : x) / 11)));
        Assert.Equal(7, found.Stripes, 0.3);
        Assert.InRange(found.Checkerboard, 0, 0.6);
    }

    [Fact]
    public void ABorderIsAsFarAsItIs() =>
        Assert.Equal(30, FastStyleArtefacts.Of(Picture((x, y) => x < 8 || y < 8 || x >= 88 || y >= 72 ? 70 : 100)).Border, 1e-6);

    private static PlanarImage Picture(Func<int, int, double> level)
    {
        PlanarImage picture = new(96, 80);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < picture.Height; y++)
                for (int x = 0; x < picture.Width; x++) picture.Plane(c)[y * picture.Width + x] = (float)level(x, y);
        return picture;
    }
}
