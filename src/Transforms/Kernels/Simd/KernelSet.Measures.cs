using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>Squared differences: of a map and its target, and of neighbouring pixels.</remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Difference(float* values, float* target, float* gradient, long count, float scale, bool add)
    {
        const int Most = 1024;
        V factor = O.Broadcast(scale);
        double sum = 0;
        for (long first = 0; first < count; first += Most)
        {
            V squares = O.Zero;
            for (long i = first, end = Math.Min(first + Most, count); i < end; i += O.Count)
            {
                V difference = O.Subtract(O.Load(values + i), O.Load(target + i));
                squares = O.MultiplyAdd(difference, difference, squares);
                O.Store(add ? O.MultiplyAdd(factor, difference, O.Load(gradient + i)) : O.Multiply(factor, difference), gradient + i);
            }
            sum += O.Sum(squares);
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void VariationRow(float* plane, float* gradient, int width, int height, int row, float down, float across, double* sums)
    {
        // A row above or below that isn't there differs by nothing.
        float* x = plane + (long)row * width, above = row > 0 ? x - width : x, below = row + 1 < height ? x + width : x, g = gradient
            + (long)row * width;
        V vertical = O.Zero, horizontal = O.Zero, downs = O.Broadcast(down), acrosses = O.Broadcast(across);
        sums[0] = sums[1] = 0;
        VariationPixel(x, above, below, g, 0, width, down, across, sums);
        int i = 1;
        for (; i + O.Count < width; i += O.Count)
        {
            V value = O.Load(x + i), lower = O.Subtract(O.Load(below + i), value), right = O.Subtract(O.Load(x + i + 1), value);
            V upper = O.Subtract(value, O.Load(above + i)), left = O.Subtract(value, O.Load(x + i - 1));
            vertical = O.MultiplyAdd(lower, lower, vertical);
            horizontal = O.MultiplyAdd(right, right, horizontal);
            O.Store(O.MultiplyAdd(downs, O.Subtract(upper, lower), O.MultiplyAdd(acrosses, O.Subtract(left, right), O.Load(g + i))), g + i);
        }
        for (; i < width; i++) VariationPixel(x, above, below, g, i, width, down, across, sums);
        sums[0] += O.Sum(vertical);
        sums[1] += O.Sum(horizontal);
    }

    private static void VariationPixel(float* x, float* above, float* below, float* gradient, int at, int width, float down, float across,
        double* sums)
    {
        float value = x[at], lower = below[at] - value, right = at + 1 < width ? x[at + 1] - value : 0, left = at > 0 ? value - x[at - 1]
            : 0;
        sums[0] += lower * lower;
        sums[1] += right * right;
        gradient[at] += down * (value - above[at] - lower) + across * (left - right);
    }
}
