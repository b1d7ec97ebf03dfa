namespace MLNetStyle.Networks;

/// <summary>
/// Recognises the Oxford release of VGG-19 by what its first convolution answers to a known picture, so that channel order, mean, scale and
/// layout can be checked rather than believed.
/// </summary>
/// <remarks>
/// The picture: 64 x 64, channel c (red 0, green 1, blue 2) at (x, y) is 128 + 80 sin(0.35 (c + 1) x + 0.21 (3 - c) y) + 40 cos(0.5 c +
/// 0.09 (c + 1) y). The
/// answers: the means of relu1_1's first eight channels, as PyTorch gives them in float64.
/// </remarks>
internal static class KnownWeights
{
    private const int Side = 64, Outputs = 64, Compared = 8;
    private const double Tolerance = 0.01;
    private static readonly double[] s_answers = [49.476, 40.642, 29.358, 33.272, 18.600, 66.373, 14.816, 14.749];

    /// <summary>The convention under which a file's first convolution is the Oxford VGG-19's; null for any other network.</summary>
    public static Preprocessing? Convention(ITensorFile file, VggConvolution first)
    {
        if (file.Shapes[first.Weight] is not [Outputs, 3, 3, 3]) return null;
        float[] weight = first.Weights(file), bias = first.Biases(file, Outputs);
        Preprocessing[] candidates = [Preprocessing.Oxford, new Preprocessing(1, [123.68f, 116.779f, 103.939f], [1, 1, 1], bgr: true)];
        return candidates.FirstOrDefault(c => Same(Answers(weight, bias, c.Bgr, false, c.Offset())));
    }

    /// <summary>What is wrong with how a network takes pixels, as far as its weights tell: only the Oxford VGG-19's are known.</summary>
    /// <returns>"the Oxford VGG-19, verified", or null where the weights are not known.</returns>
    /// <exception cref="InvalidDataException">The weights are known, and the convention is not theirs; the message names what looks
    /// wrong.</exception>
    public static string? Verify(Network network, string file)
    {
        NetworkLayer layer = network.Upto(["conv1_1"])[0];
        if (layer.Channels != Outputs) return null;
        float[] weight = layer.Weight!.Values, bias = layer.Bias!.Values, offset = network.Preprocessing.Offset();
        float[] oxford = Preprocessing.Oxford.Offset();
        double[] found = Answers(weight, bias, false, false, offset);
        if (Same(found)) return "the Oxford VGG-19";
        if (Same(Answers(weight, bias, true, false, [.. Enumerable.Reverse(offset)])) || Same(Answers(weight, bias, true, false, oxford)))
            throw Wrong("the channel order", "blue and red are exchanged");
        if (Same(Answers(weight, bias, false, true, offset))) throw Wrong("the layout", "height and width of the filters are exchanged");
        if (Same(Answers(weight, bias, true, true, oxford))) throw Wrong("the channel order and the layout", "both are exchanged");
        if (Same(Answers(weight, bias, false, false, oxford))) throw Wrong("the mean",
            $"[{string.Join(", ", offset)}] is subtracted, not [{string.Join(", ", oxford)}]");
        float[] rescaled = [.. weight.Select(w => w / (float)(network.Preprocessing.Gain().Average()))];
        foreach (float[] mean in (float[][])[offset, oxford])
            foreach (bool swapped in (bool[])[false, true])
                if (Same(Answers(rescaled, bias, swapped, false, mean)))
                    throw Wrong("the scale", "its pixels go from 0 to 255, less the mean, and are divided by nothing");
        return null;

        InvalidDataException Wrong(string convention, string how) =>
            new($"'{file}' holds the weights of the Oxford VGG-19, but its answers to "
            + $"a known picture are not that network's: {convention} looks wrong ({how}). Import it with --preprocessing caffe (BGR) or "
            + $"oxford (RGB), whichever its maker used.");
    }

    private static bool Same(double[] answers)
    {
        double error = 0, energy = 0;
        for (int i = 0; i < Compared; i++)
        {
            error += Math.Pow(answers[i] - s_answers[i], 2);
            energy += Math.Pow(s_answers[i], 2);
        }
        return Math.Sqrt(error / energy) < Tolerance;
    }

    private static double[] Answers(float[] weight, float[] bias, bool swapped, bool turned, float[] offset)
    {
        double[] picture = Picture(offset), answers = new double[Compared];
        for (int o = 0; o < Compared; o++)
        {
            double sum = 0;
            for (int y = 0; y < Side; y++)
                for (int x = 0; x < Side; x++)
                {
                    double value = bias[o];
                    for (int c = 0; c < 3; c++)
                        for (int k = 0; k < 9; k++)
                        {
                            int row = y + k / 3 - 1, column = x + k % 3 - 1;
                            if ((uint)row >= Side || (uint)column >= Side) continue;
                            int tap = turned ? k % 3 * 3 + k / 3 : k;
                            value += weight[(o * 3 + (swapped ? 2 - c : c)) * 9 + tap] * picture[(c * Side + row) * Side + column];
                        }
                    sum += Math.Max(value, 0);
                }
            answers[o] = sum / (Side * Side);
        }
        return answers;
    }

    /// <summary>The known picture at any size, 0..255, planes.</summary>
    public static float[] Levels(int side) => [.. Enumerable.Range(0, 3 * side * side).Select(i =>
        (float)Level(i / (side * side), i % side, i / side % side))];

    private static double[] Picture(float[] offset) => [.. Enumerable.Range(0, 3 * Side * Side).Select(i =>
        Level(i / (Side * Side), i % Side, i / Side % Side) - offset[i / (Side * Side)])];

    private static double Level(int c, int x, int y) =>
        128 + 80 * Math.Sin(0.35 * (c + 1) * x + 0.21 * y * (3 - c)) + 40 * Math.Cos(0.5 * c + 0.09 * y * (c + 1));
}
