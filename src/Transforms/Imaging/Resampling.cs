namespace MLNetStyle.Imaging;

/// <summary>The weights that turn one axis of an image into one of another length: per output, a run of inputs and their weights.</summary>
internal sealed class Resampling
{
    private readonly float[] _weights;
    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int _stride;

    private Resampling(int outputs, int stride) =>
        (_weights, _first, _count, _stride) = (new float[checked(outputs * stride)], new int[outputs], new int[outputs], stride);

    public int First(int output) => _first[output];

    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(output * _stride, _count[output]);

    public static Resampling Create(int inputs, int outputs, ResizeKernel enlarge)
    {
        double scale = (double)inputs / outputs, stretch = Math.Max(scale, 1);
        bool cubic = scale < 1 && enlarge == ResizeKernel.CatmullRom;
        double support = (cubic ? 2 : 3) * stretch;
        int stride = (int)Math.Min(inputs, Math.Ceiling(2 * support) + 1);
        Resampling result = new(outputs, stride);
        Span<double> run = stride <= 256 ? stackalloc double[stride] : new double[stride];
        for (int o = 0; o < outputs; o++)
        {
            double centre = (o + 0.5) * scale - 0.5;
            int first = Math.Max(0, (int)Math.Floor(centre - support) + 1),
                last = Math.Min(inputs - 1, (int)Math.Ceiling(centre + support) - 1);
            double sum = 0;
            for (int i = first; i <= last; i++)
            {
                double x = Math.Abs((i - centre) / stretch);
                sum += run[i - first] = cubic ? CatmullRom(x) : Lanczos3(x);
            }
            // Samples beyond a border are left out and the rest normalised, so a constant image stays constant.
            Span<float> weights = result._weights.AsSpan(o * stride, last - first + 1);
            for (int i = 0; i < weights.Length; i++) weights[i] = (float)(run[i] / sum);
            (result._first[o], result._count[o]) = (first, weights.Length);
        }
        return result;
    }

    private static double CatmullRom(double x) =>
        x < 1 ? ((1.5 * x - 2.5) * x * x) + 1 : x < 2 ? ((((-0.5 * x) + 2.5) * x - 4) * x) + 2 : 0;

    private static double Lanczos3(double x)
    {
        if (x < 1e-9) return 1;
        if (x >= 3) return 0;
        double t = Math.PI * x;
        return 3 * Math.Sin(t) * Math.Sin(t / 3) / (t * t);
    }
}
