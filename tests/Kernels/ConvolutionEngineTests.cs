using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

public class ConvolutionEngineTests
{
    private const string Deep = "c16 r c32 r p c48 r c20 r a c64 r";

    public static TheoryData<SimdPath> Paths => RandomNetworks.Paths;

    public static TheoryData<SimdPath, string, string, int, int> Networks
    {
        get
        {
            TheoryData<SimdPath, string, string, int, int> data = [];
            foreach (SimdPath path in SimdPaths.Supported)
            {
                data.Add(path, "c16 r", "r@1", 16, 16);
                data.Add(path, "c20 r", "c20@0 r@1", 17, 19);
                data.Add(path, "c64 c16", "c16@1", 16, 23);
                data.Add(path, "c16 r c16 r p", "p@4", 17, 22);
                data.Add(path, "c16 r c32 r p", "r@3 p@4", 18, 21);
                data.Add(path, "c16 r c32 r a", "c32@2 r@3 a@4", 19, 17);
                data.Add(path, "c16 r c32 r a c16 r", "r@6", 19, 17);
                data.Add(path, "c16 r c32 p c16", "c32@2 c16@4", 21, 16);
                data.Add(path, "c32 r c80 r c112 r", "r@1 r@3 r@5", 16, 29);
                data.Add(path, "c16 r c128 r c64 r", "c128@2", 20, 20);
                data.Add(path, Deep, "r@1 r@3 r@6 p@4 c20@7 r@11", 37, 29);
                data.Add(path, Deep, "r@11", 16, 33);
                data.Add(path, "c16 r c16 r p c16 r p c16 r p c32 r p c32 r", "r@1 r@15 p@13", 16, 31);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void MapsAndGradientEqualThoseOfPlainLoops(SimdPath path, string network, string wanted, int height, int width)
    {
        Random random = new(network.Length * 1000 + height);
        EngineLayer[] layers = RandomNetworks.Make(network, random);
        string[] maps = wanted.Split(' ');
        float[] image = RandomNetworks.Floats(3 * height * width, random), gradient = new float[image.Length];
        PlainNetwork plain = new(layers);
        plain.Forward(RandomNetworks.Doubles(image), height, width);
        foreach (bool keep in new[] { true, false })
        {
            using ConvolutionEngine engine = new(layers, maps,
                new EngineOptions { Path = path, Threads = 2, KeepTransformedWeights = keep });
            engine.Forward(image, width, height);
            Dictionary<string, double[]> gradients = [];
            foreach (string name in maps)
            {
                FeatureMap map = engine.Maps[name];
                (double[] values, int channels, int h, int w) = plain.Map(name);
                Assert.Equal((channels, h, w), (map.Channels, map.Height, map.Width));
                float[] planar = new float[values.Length];
                map.CopyTo(planar);
                Assert.InRange(RandomNetworks.Difference(planar, values), 0, 1e-5);
                float[] g = RandomNetworks.Floats(values.Length, random);
                map.SetGradient(g);
                gradients[name] = RandomNetworks.Doubles(g);
            }
            engine.Backward(gradient);
            Assert.InRange(RandomNetworks.Difference(gradient, plain.Backward(gradients)), 0, 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void TheGradientIsThatOfFiniteDifferences(SimdPath path)
    {
        Random random = new(5);
        EngineLayer[] layers = RandomNetworks.Make("c16 r c32 r a c16 r", random);
        using ConvolutionEngine engine = new(layers, ["r@6"],
            new EngineOptions { Path = path, Mean = [1, 2, 3], Scale = [0.5f, 0.7f, 0.9f], Planes = [2, 0, 1] });
        int height = 18, width = 21;
        float[] image = RandomNetworks.Floats(3 * height * width, random, 2), direction = RandomNetworks.Floats(image.Length, random),
            gradient = new float[image.Length];
        engine.Forward(image, width, height);
        float[] measure = RandomNetworks.Floats((int)engine.Maps["r@6"].Length, random);
        measure.CopyTo(engine.Maps["r@6"].Gradient);
        engine.Backward(gradient);
        double exact = gradient.Zip(direction, (a, b) => (double)a * b).Sum();
        double Loss(float step)
        {
            engine.Forward([.. image.Zip(direction, (a, b) => a + step * b)], width, height);
            return RandomNetworks.Doubles(engine.Maps["r@6"].Values).Zip(measure, (a, b) => a * b).Sum();
        }
        const float Step = 2e-3f;
        double slope = (Loss(Step) - Loss(-Step)) / (2 * Step);
        Assert.InRange(Math.Abs(slope - exact), 0, 0.01 * Math.Abs(exact));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void AnyNumberOfThreadsGivesTheSameBits(SimdPath path)
    {
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 7 })
        {
            Random random = new(8);
            EngineLayer[] layers = RandomNetworks.Make("c16 r c64 r p c128 r c144 r p c256 r", random);
            using ConvolutionEngine engine = new(layers, ["r@1", "r@6", "r@11"], new EngineOptions { Path = path, Threads = threads });
            int height = 61, width = 50;
            float[] image = RandomNetworks.Floats(3 * height * width, random), gradient = new float[image.Length];
            engine.Forward(image, width, height);
            List<float> all = [];
            foreach (FeatureMap map in engine.Maps.Values)
            {
                float[] gram = new float[map.Channels * map.Channels];
                map.Gram(gram);
                all.AddRange(gram);
                map.MultiplyIntoGradient(gram);
            }
            engine.Backward(gradient);
            all.AddRange(gradient);
            first ??= [.. all];
            Assert.Equal(first, all);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void GramMatricesAndTheirGradientEqualPlainLoops(SimdPath path)
    {
        Random random = new(9);
        EngineLayer[] layers = RandomNetworks.Make("c16 r c20 r c64 r c144 r", random);
        using ConvolutionEngine engine = new(layers, ["r@1", "r@3", "c64@4", "r@7"], new EngineOptions { Path = path, Threads = 2 });
        engine.Forward(RandomNetworks.Floats(3 * 43 * 51, random), 43, 51);
        foreach (FeatureMap map in engine.Maps.Values)
        {
            int c = map.Channels, n = (int)map.Pixels;
            float[] f = new float[c * n], gram = new float[c * c], matrix = RandomNetworks.Floats(c * c, random);
            map.CopyTo(f);
            map.Gram(gram);
            double[] expected = new double[c * c], product = new double[c * n];
            for (int i = 0; i < c; i++)
                for (int j = 0; j < c; j++)
                    for (int p = 0; p < n; p++)
                    {
                        expected[i * c + j] += (double)f[i * n + p] * f[j * n + p];
                        product[i * n + p] += (double)matrix[i * c + j] * f[j * n + p];
                    }
            Assert.InRange(RandomNetworks.Difference(gram, expected), 0, 2e-6);
            float[] planar = RandomNetworks.Floats(c * n, random), added = new float[map.Length];
            map.MultiplyIntoGradient(matrix);
            map.Gradient.CopyTo(added);
            Assert.InRange(RandomNetworks.Difference(Planar(map, added), product), 0, 2e-6);
            map.SetGradient(planar);
            map.MultiplyIntoGradient(matrix, add: true);
            map.Gradient.CopyTo(added);
            Assert.InRange(RandomNetworks.Difference(Planar(map, added), [.. product.Zip(planar, (a, b) => a + b)]), 0, 2e-6);
        }
    }

    [Fact]
    public void MemoryIsTakenOnceASizeAndEvaluationsAllocateNothing()
    {
        Random random = new(10);
        EngineLayer[] layers = RandomNetworks.Make(Deep, random);
        using ConvolutionEngine engine = new(layers, ["r@1", "c20@7", "r@11"], new EngineOptions { Threads = 1 });
        float[] image = RandomNetworks.Floats(3 * 40 * 32, random), gradient = new float[image.Length], gram = new float[400];
        void Evaluate()
        {
            engine.Forward(image, 32, 40);
            foreach (FeatureMap map in engine.Maps.Values) map.Gradient.Fill(1);
            engine.Maps["c20@7"].Gram(gram);
            engine.Backward(gradient);
        }
        for (int i = 0; i < 3; i++) Evaluate();
        long memory = engine.Memory, before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) Evaluate();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2000);
        Assert.Equal(memory, engine.Memory);
        engine.Forward(image, 40, 32);
        engine.Forward(image, 32, 40);
        Evaluate();
        Assert.Equal(memory, engine.Memory);
    }

    [Fact]
    public void FiltersMadeAtEveryUseTakeLessMemory()
    {
        EngineLayer[] layers = RandomNetworks.Make("c64 r c64 r c64 r c64 r c64 r", new Random(11));
        long[] memory = new long[2];
        foreach (bool keep in new[] { false, true })
        {
            using ConvolutionEngine engine = new(layers, ["r@9"], new EngineOptions { Threads = 1, KeepTransformedWeights = keep });
            engine.Forward(new float[3 * 16 * 16], 16, 16);
            engine.Backward(new float[3 * 16 * 16]);
            memory[keep ? 1 : 0] = engine.Memory;
        }
        Assert.Equal(7L * 36 * 64 * 64 * sizeof(float), memory[1] - memory[0]);
    }

    [Fact]
    public void SizesMayChangeBetweenImages()
    {
        Random random = new(12);
        EngineLayer[] layers = RandomNetworks.Make(Deep, random);
        using ConvolutionEngine engine = new(layers, ["r@11"]);
        float[] image = RandomNetworks.Floats(3 * 32 * 24, random), first = new float[64 * 8 * 6], again = new float[64 * 8 * 6];
        engine.Forward(image, 24, 32);
        engine.Maps["r@11"].CopyTo(first);
        engine.Forward(RandomNetworks.Floats(3 * 50 * 41, random), 50, 41);
        Assert.Equal((10, 12), (engine.Maps["r@11"].Height, engine.Maps["r@11"].Width));
        engine.Forward(image, 24, 32);
        engine.Maps["r@11"].CopyTo(again);
        Assert.Equal(first, again);
    }

    [Fact]
    public void WhatCannotWorkIsRefusedByName()
    {
        Random random = new(13);
        EngineLayer[] layers = RandomNetworks.Make("c16 r c16 r p c16 r", random);
        Assert.Contains("conv9", Assert.Throws<ArgumentException>(() => new ConvolutionEngine(layers, ["conv9"])).Message);
        Assert.Contains("18 weights",
            Assert.Throws<ArgumentException>(() => EngineLayer.Convolution("k", 1, 2, new float[9], new float[2])).Message);
        Assert.Contains("c16@2",
            Assert.Throws<ArgumentException>(() =>
            new ConvolutionEngine([layers[0], EngineLayer.Convolution("c16@2", 17, 1, new float[153], new float[1])], ["c16@2"])).Message);
        Assert.Contains("p@2",
            Assert.Throws<ArgumentException>(() => new ConvolutionEngine(RandomNetworks.Make("c16 r p c16", random), ["p@2"])).Message);
        using ConvolutionEngine engine = new(layers, ["r@6"]);
        Assert.Throws<InvalidOperationException>(() => engine.Maps["r@6"].Address);
        Assert.Throws<InvalidOperationException>(() => engine.Backward(new float[3]));
        Assert.Throws<ArgumentException>(() => engine.Forward(new float[10], 2, 2));
        Assert.Contains("too small", Assert.Throws<ArgumentException>(() => engine.Forward(new float[3], 1, 1)).Message);
        Assert.Contains("4096", Assert.Throws<ArgumentException>(() => engine.Forward(new float[3 * 4097], 4097, 1)).Message);
        engine.Forward(new float[12], 2, 2);
        Assert.Throws<ArgumentException>(() => engine.Maps["r@6"].CopyTo(new float[15]));
        Assert.Throws<OperationCanceledException>(() => engine.Forward(new float[12], 2, 2, new CancellationToken(true)));
        Assert.Throws<InvalidOperationException>(() => engine.Backward(new float[12]));
        engine.Dispose();
        engine.Dispose();
        Assert.Equal(0, engine.Memory);
        Assert.Throws<ObjectDisposedException>(() => engine.Forward(new float[12], 2, 2));
        Assert.Throws<InvalidOperationException>(() => engine.Maps["r@6"].Address);
    }

    private static float[] Planar(FeatureMap map, float[] blocked)
    {
        int n = (int)map.Pixels;
        float[] planar = new float[map.Channels * n];
        for (int c = 0; c < map.Channels; c++)
            for (int p = 0; p < n; p++) planar[c * n + p] = blocked[(c / 16 * n + p) * 16 + c % 16];
        return planar;
    }
}
