using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

public class SimdPathsTests
{
    [Theory]
    [InlineData("512", SimdPath.Vector512)]
    [InlineData("256", SimdPath.Vector256)]
    [InlineData("128", SimdPath.Vector128)]
    [InlineData(" Scalar ", SimdPath.Scalar)]
    public void TheVariableForcesAPath(string text, SimdPath path)
    {
        if (SimdPaths.IsSupported(path)) Assert.Equal(path, SimdPaths.Choose(null, text));
        else Assert.Throws<PlatformNotSupportedException>(() => SimdPaths.Choose(null, text));
    }

    [Fact]
    public void TheOptionGoesBeforeTheVariableAndTheWidestBeforeOthers()
    {
        Assert.Equal(SimdPath.Scalar, SimdPaths.Choose(SimdPath.Scalar, "512"));
        Assert.Equal(SimdPaths.Supported[0], SimdPaths.Choose(null, null));
        Assert.Equal(SimdPaths.Supported.Max(), SimdPaths.Supported[0]);
        Assert.Contains("MLNETSTYLE_SIMD", Assert.Throws<ArgumentException>(() => SimdPaths.Choose(null, "1024")).Message);
    }

    [Fact]
    public void TheEngineSaysWhichPathItUses()
    {
        foreach (SimdPath path in SimdPaths.Supported)
        {
            using ConvolutionEngine engine = new(RandomNetworks.Make("c16 r", new Random(1)), ["r@1"],
                new EngineOptions { Path = path, Threads = 3 });
            Assert.Equal((path, 3), (engine.Path, engine.Threads));
        }
    }
}
