using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

public unsafe class ConvolutionRunnerTests
{
    public static TheoryData<SimdPath> Paths => RandomNetworks.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public void WinogradAndDirectSumsEqualPlainLoopsAtRandomSizes(SimdPath path)
    {
        Random random = new(1);
        for (int trial = 0; trial < 12; trial++)
        {
            int inputs = random.Next(1, 10) * 16, outputs = random.Next(1, 13) * 16, height = random.Next(1, 19),
                width = random.Next(1, 19);
            EngineLayer layer = EngineLayer.Convolution(
                "k", inputs, outputs, RandomNetworks.Floats(9 * inputs * outputs, random), RandomNetworks.Floats(outputs, random));
            float[] planar = RandomNetworks.Floats(inputs * height * width, random);
            double[] expected = PlainNetwork.Convolve(layer, RandomNetworks.Doubles(planar), height, width);
            foreach (bool direct in new[] { false, true })
                Assert.InRange(RandomNetworks.Difference(Convolve(path, layer, direct, false, planar, height, width), expected), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData(64, 64, 83, 77)]
    [InlineData(16, 48, 131, 90)]
    [InlineData(320, 352, 73, 85)]
    public void MapsOfManyBlocksEqualPlainSumsAtChosenPixels(int inputs, int outputs, int height, int width)
    {
        Random random = new(inputs);
        EngineLayer layer = EngineLayer.Convolution("k", inputs, outputs, RandomNetworks.Floats(9 * inputs * outputs, random),
            new float[outputs]);
        float[] planar = RandomNetworks.Floats(inputs * height * width, random), weights = layer.Weights.ToArray();
        float[] y = Convolve(SimdPaths.Supported[0], layer, false, false, planar, height, width);
        double difference = 0, norm = 0;
        for (int trial = 0; trial < 4000; trial++)
        {
            int k = random.Next(outputs), row = random.Next(height), column = random.Next(width);
            double sum = 0;
            for (int c = 0; c < inputs; c++)
            {
                for (int tap = 0; tap < 9; tap++)
                {
                    int py = row + tap / 3 - 1, px = column + tap % 3 - 1;
                    if (py >= 0 && py < height && px >= 0 && px < width) sum += weights[(k * inputs + c) * 9
                        + tap] * planar[(c * height + py) * width + px];
                }
            }
            difference += Math.Pow(y[(k * height + row) * width + column] - sum, 2);
            norm += sum * sum;
        }
        Assert.InRange(Math.Sqrt(difference / norm), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void BackwardIsTheAdjointOfForward(SimdPath path)
    {
        Random random = new(2);
        for (int trial = 0; trial < 8; trial++)
        {
            int inputs = random.Next(1, 8) * 16, outputs = random.Next(1, 8) * 16, height = random.Next(1, 24), width = random.Next(1, 24);
            EngineLayer layer = EngineLayer.Convolution("k", inputs, outputs, RandomNetworks.Floats(9 * inputs * outputs, random),
                new float[outputs]);
            float[] x = RandomNetworks.Floats(inputs * height * width, random), y = RandomNetworks.Floats(outputs * height * width, random);
            foreach (bool direct in new[] { false, true })
            {
                float[] ax = Convolve(path, layer, direct, false, x, height, width),
                    ay = Convolve(path, layer, direct, true, y, height, width);
                double left = ax.Zip(y, (a, b) => (double)a * b).Sum(), right = x.Zip(ay, (a, b) => (double)a * b).Sum();
                double size = Math.Sqrt(ax.Sum(a => (double)a * a) * y.Sum(a => (double)a * a));
                Assert.InRange(Math.Abs(left - right), 0, 1e-6 * size);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void OfEqualMaximaTheFirstIsChosen(SimdPath path)
    {
        const int Height = 7, Width = 9;
        Random random = new(3);
        float[] filters = new float[16 * 16 * 9], planar = new float[16 * Height * Width];
        for (int c = 0; c < 16; c++) filters[(c * 16 + c) * 9 + 4] = 1;
        for (int i = 0; i < planar.Length; i++) planar[i] = random.Next(-1, 2);
        using AlignedBuffer weights = new(9 * 16 * 16 * 4), source = new(planar.Length * 4), bias = new(64), pooled = new(16 * 3 * 4 * 4);
        using AlignedBuffer gate = new(Height * Width * 2);
        KernelSet kernels = KernelSet.Create(path);
        fixed (float* f = filters) kernels.PackWeights(f, 16, 16, false, true, 0, weights.Floats);
        fixed (float* p = planar) Transposer.FromPlanes(p, source.Floats, Height * Width, 16, 0, Height * Width);
        Run(kernels, new ConvolutionCall
        {
            Inputs = 16,
            Outputs = 16,
            Height = Height,
            Width = Width,
            Direct = true,
            Weights = weights.Floats,
            Source = source.Floats,
            Bias = bias.Floats,
            Pool = PoolKind.Max,
            Pooled = pooled.Floats,
            PoolGate = gate.Words,
        });
        for (int c = 0; c < 16; c++)
        {
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    bool open = (gate.Words[y * Width + x] >> c & 1) != 0, inside = y < 6 && x < 8;
                    int corner = (c * Height + y / 2 * 2) * Width + x / 2 * 2;
                    int[] window = inside ? [corner, corner + 1, corner + Width, corner + Width + 1] : [];
                    Assert.Equal(inside && window.MaxBy(i => planar[i]) == (c * Height + y) * Width + x, open);
                    if (inside) Assert.Equal(window.Max(i => planar[i]), pooled.Floats[(y / 2 * 4 + x / 2) * 16 + c]);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(30)]
    public void LayoutsConvertThereAndBack(int channels)
    {
        const int Pixels = 37;
        float[] planar = RandomNetworks.Floats(channels * Pixels, new Random(4)), back = new float[planar.Length];
        int blocks = Layout.Blocks(channels);
        using AlignedBuffer blocked = new(blocks * Pixels * 16 * 4);
        new Span<float>(blocked.Floats, blocks * Pixels * 16).Fill(7);
        fixed (float* p = planar, q = back)
        {
            for (int b = 0; b < blocks; b++)
            {
                float* place = blocked.Floats + b * Pixels * 16;
                int real = Math.Min(16, channels - 16 * b);
                Transposer.FromPlanes(p + b * 16 * Pixels, place, Pixels, real, 0, 20);
                Transposer.FromPlanes(p + b * 16 * Pixels, place, Pixels, real, 20, Pixels - 20);
                Transposer.ToPlanes(place, q + b * 16 * Pixels, Pixels, real, 0, Pixels);
            }
        }
        Assert.Equal(planar, back);
        for (int c = 0; c < blocks * 16; c++)
            for (int p = 0; p < Pixels; p++)
                Assert.Equal(c < channels ? planar[c * Pixels + p] : 0, blocked.Floats[(c / 16 * Pixels + p) * 16 + c % 16]);
    }

    /// <summary>A convolution or, backward, its adjoint, of planar numbers.</summary>
    private static float[] Convolve(SimdPath path, EngineLayer layer, bool direct, bool backward, float[] planar, int height, int width)
    {
        int inputs = backward ? layer.Outputs : layer.Inputs, outputs = backward ? layer.Inputs : layer.Outputs, pixels = height * width;
        float[] result = new float[outputs * pixels];
        using AlignedBuffer weights = new(KernelSet.WeightFloats(inputs, outputs, direct) * 4), source = new(inputs * pixels * 4L);
        using AlignedBuffer target = new(outputs * pixels * 4L), bias = new(outputs * 4L);
        KernelSet kernels = KernelSet.Create(path);
        fixed (float* f = layer.Weights.Span)
            for (int b = 0; b < outputs / 16; b++) kernels.PackWeights(f, layer.Inputs, layer.Outputs, backward, direct, b, weights.Floats);
        if (!backward) layer.Bias.Span.CopyTo(new Span<float>(bias.Floats, outputs));
        fixed (float* p = planar)
            for (int b = 0; b < inputs / 16; b++) Transposer.FromPlanes(p + b * 16 * pixels, source.Floats + b * 16 * pixels, pixels, 16,
                0, pixels);
        Run(kernels, new ConvolutionCall
        {
            Inputs = inputs,
            Outputs = outputs,
            Height = height,
            Width = width,
            Direct = direct,
            Weights = weights.Floats,
            Source = source.Floats,
            Bias = bias.Floats,
            Backward = backward,
            Target = target.Floats,
        });
        fixed (float* p = result)
            for (int b = 0; b < outputs / 16; b++) Transposer.ToPlanes(target.Floats + b * 16 * pixels, p + b * 16 * pixels, pixels, 16, 0,
                pixels);
        return result;
    }

    private static void Run(KernelSet kernels, ConvolutionCall call)
    {
        using WorkerPool pool = new(2);
        using AlignedBuffer scratch = new(ConvolutionRunner.ScratchFloats(call, 2) * 4);
        new ConvolutionRunner(kernels, pool).Run(call, scratch.Floats);
    }
}
