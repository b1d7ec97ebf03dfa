using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>
/// The gradient of filters by Winograd's transforms: Y = A^T [(G g G^T) (B^T d B)] A is linear in g, so that its gradient is
/// G^T [(B^T d B) (A m A^T)] G, m the gradient by Y, the products in the middle summed over all tiles: 36 matrix products of channels by
/// channels.
/// </remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformGradient(
        in ConvolutionCall call, float* gradient, in TileArea area, int first, int count, int at, int firstBlock, int endBlock)
    {
        float* halo = stackalloc float[16 * Block + Block];
        halo = Align(halo);
        float* halfArea = stackalloc float[4 * Side * Block + Block];
        V* half = (V*)Align(halfArea);
        int across = call.TilesAcross, height = call.Height, width = call.Width;
        nint stride = area.ProductStride(call);
        for (int block = firstBlock; block < endBlock; block++)
        {
            int ty = first / across, tx = first % across;
            float* target = area.Products + block * area.Row + (nint)at * Block;
            for (int i = 0; i < count; i++, target += Block)
            {
                int y = ty * 4, x = tx * 4;
                float* source = gradient + (((long)block * height + y) * width + x) * Block;
                nint row = (nint)width * Block;
                if (y + 4 > height || x + 4 > width)
                {
                    for (int v = 0; v < 4; v++)
                        for (int u = 0; u < 4; u++)
                            for (int lane = 0; lane < Block; lane += O.Count)
                                O.Store(y + v < height && x + u < width ? O.Load(source + v * row + u * Block + lane) : O.Zero, halo
                                    + (4 * v + u) * Block + lane);
                    source = halo;
                    row = 4 * Block;
                }
                for (int lane = 0; lane < Block; lane += O.Count) TransformGradient(source + lane, row, target + lane, stride, half);
                if (++tx == across)
                {
                    tx = 0;
                    ty++;
                }
            }
        }
    }

    /// <summary>A m A^T of one tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TransformGradient(float* source, nint row, float* target, nint stride, V* half)
    {
        V* end = half + 4;
        for (V* t = half; t < end; t++, source += Block)
        {
            MultiplyA(
                O.Load(source), O.Load(source + row), O.Load(source + 2 * row), O.Load(source + 3 * row),
                out t[0], out t[4], out t[8], out t[12], out t[16], out t[20]);
        }
        end = half + 4 * Side;
        for (V* m = half; m < end; m += 4, target += 6 * stride)
        {
            MultiplyA(m[0], m[1], m[2], m[3], out V t0, out V t1, out V t2, out V t3, out V t4, out V t5);
            O.Store(t0, target);
            O.Store(t1, target + stride);
            O.Store(t2, target + 2 * stride);
            O.Store(t3, target + 3 * stride);
            O.Store(t4, target + 4 * stride);
            O.Store(t5, target + 5 * stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyA(V y0, V y1, V y2, V y3, out V m0, out V m1, out V m2, out V m3, out V m4, out V m5)
    {
        V even = O.Add(y0, y2), odd = O.Add(y1, y3);
        V far = O.MultiplyAdd(O.Broadcast(4), y2, y0), twice = O.Multiply(O.Broadcast(2), O.MultiplyAdd(O.Broadcast(4), y3, y1));
        m0 = y0;
        m1 = O.Add(even, odd);
        m2 = O.Subtract(even, odd);
        m3 = O.Add(far, twice);
        m4 = O.Subtract(far, twice);
        m5 = y3;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddFilterGradient(float* sums, int inputs, int outputs, int realInputs, int realOutputs, int firstInput,
        int endInput, float* filters)
    {
        float* halfArea = stackalloc float[3 * Side * Block + Block], taps = stackalloc float[9 * Block];
        V* half = (V*)Align(halfArea);
        nint point = (nint)inputs * outputs;
        for (int input = firstInput; input < Math.Min(endInput, realInputs); input++)
        {
            for (int output = 0; output < realOutputs; output += O.Count)
            {
                float* s = sums + (nint)input * outputs + output;
                for (int x = 0; x < Side; x++, s += point)
                {
                    TransposeG(
                        O.Load(s), O.Load(s + 6 * point), O.Load(s + 12 * point), O.Load(s + 18 * point), O.Load(s + 24 * point),
                            O.Load(s + 30 * point),
                        out half[x], out half[Side + x], out half[2 * Side + x]);
                }
                for (int y = 0; y < 3; y++)
                {
                    V* t = half + Side * y;
                    TransposeG(t[0], t[1], t[2], t[3], t[4], t[5], out V g0, out V g1, out V g2);
                    O.Store(g0, taps + (3 * y) * Block);
                    O.Store(g1, taps + (3 * y + 1) * Block);
                    O.Store(g2, taps + (3 * y + 2) * Block);
                }
                for (int lane = 0; lane < O.Count && output + lane < realOutputs; lane++)
                {
                    float* f = filters + 9L * ((long)(output + lane) * realInputs + input);
                    for (int tap = 0; tap < 9; tap++) f[tap] += taps[tap * Block + lane];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeG(V t0, V t1, V t2, V t3, V t4, V t5, out V g0, out V g1, out V g2)
    {
        V near = O.Multiply(O.Broadcast(-1f / 6), O.Add(t1, t2)), far = O.Add(t3, t4);
        g0 = O.MultiplyAdd(O.Broadcast(0.25f), t0, O.MultiplyAdd(O.Broadcast(1f / 24), far, near));
        g1 = O.MultiplyAdd(O.Broadcast(1f / 6), O.Subtract(t2, t1), O.Multiply(O.Broadcast(1f / 12), O.Subtract(t3, t4)));
        g2 = O.MultiplyAdd(O.Broadcast(1f / 6), far, O.Add(near, t5));
    }
}
