using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <summary>The kernels, for any width of vector.</summary>
/// <typeparam name="O">The operations.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
internal sealed unsafe partial class KernelSet<O, V> : KernelSet where O : struct, ISimd<V> where V : unmanaged
{
    private const int Block = Layout.Block;
    private const int Rows = Layout.Rows;

    /// <summary>The panel of weights that an output channel is in: its first channel and its width.</summary>
    private static void Panel(int channel, int outputs, out int first, out int width)
    {
        width = O.Count * O.PanelVectors;
        first = channel / width * width;
        while (first + width > outputs)
        {
            width /= 2;
            first = channel / width * width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(in ConvolutionCall call, in TileArea area, int point, int firstOutput, int endOutput, int firstTile,
        int endTile) =>
        Multiply(
            area.Inputs + point * area.InputStride(call), area.Row, call.Weights + point * call.WeightStride,
            area.Products + point * area.ProductStride(call), area.Row, call.Depth, call.Outputs, firstOutput, endOutput, firstTile,
                endTile);

    private static void Multiply(
        float* inputs, nint inputRow, float* weights, float* products, nint productRow, int depth, int outputs,
        int firstOutput, int endOutput, int firstTile, int endTile)
    {
        for (int channel = firstOutput; channel < endOutput;)
        {
            Panel(channel, outputs, out int first, out int width);
            float* w = weights + (long)first * depth * Block;
            float* m = products + first / Block * productRow + first % Block;
            nint step = O.Count == Block ? productRow : O.Count;
            int vectors = width / O.Count;
            for (int tile = firstTile; tile < endTile; tile += Rows)
            {
                float* u = inputs + (nint)tile * Block;
                float* t = m + (nint)tile * Block;
                if (vectors == 4) Multiply6x4(u, inputRow, w, t, step, depth);
                else if (vectors == 2) Multiply6x2(u, inputRow, w, t, step, depth);
                else if (tile + 2 * Rows <= endTile)
                {
                    Multiply12x1(u, inputRow, w, t, depth);
                    tile += Rows;
                }
                else Multiply6x1(u, inputRow, w, t, depth);
            }
            channel = first + width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply6x4(float* u, nint row, float* w, float* m, nint step, int depth)
    {
        V a00 = O.Zero, a01 = O.Zero, a02 = O.Zero, a03 = O.Zero, a10 = O.Zero, a11 = O.Zero, a12 = O.Zero, a13 = O.Zero;
        V a20 = O.Zero, a21 = O.Zero, a22 = O.Zero, a23 = O.Zero, a30 = O.Zero, a31 = O.Zero, a32 = O.Zero, a33 = O.Zero;
        V a40 = O.Zero, a41 = O.Zero, a42 = O.Zero, a43 = O.Zero, a50 = O.Zero, a51 = O.Zero, a52 = O.Zero, a53 = O.Zero;
        for (int d = 0; d < depth; d++, u += row)
        {
            float* end = u + Block;
            for (float* p = u; p < end; p++, w += 4 * O.Count)
            {
                V w0 = O.Load(w), w1 = O.Load(w + O.Count), w2 = O.Load(w + 2 * O.Count), w3 = O.Load(w + 3 * O.Count);
                V b = O.Broadcast(p[0]);
                a00 = O.MultiplyAdd(b, w0, a00); a01 = O.MultiplyAdd(b, w1, a01); a02 = O.MultiplyAdd(b, w2, a02); a03 = O.MultiplyAdd(b,
                    w3, a03);
                b = O.Broadcast(p[Block]);
                a10 = O.MultiplyAdd(b, w0, a10); a11 = O.MultiplyAdd(b, w1, a11); a12 = O.MultiplyAdd(b, w2, a12); a13 = O.MultiplyAdd(b,
                    w3, a13);
                b = O.Broadcast(p[2 * Block]);
                a20 = O.MultiplyAdd(b, w0, a20); a21 = O.MultiplyAdd(b, w1, a21); a22 = O.MultiplyAdd(b, w2, a22); a23 = O.MultiplyAdd(b,
                    w3, a23);
                b = O.Broadcast(p[3 * Block]);
                a30 = O.MultiplyAdd(b, w0, a30); a31 = O.MultiplyAdd(b, w1, a31); a32 = O.MultiplyAdd(b, w2, a32); a33 = O.MultiplyAdd(b,
                    w3, a33);
                b = O.Broadcast(p[4 * Block]);
                a40 = O.MultiplyAdd(b, w0, a40); a41 = O.MultiplyAdd(b, w1, a41); a42 = O.MultiplyAdd(b, w2, a42); a43 = O.MultiplyAdd(b,
                    w3, a43);
                b = O.Broadcast(p[5 * Block]);
                a50 = O.MultiplyAdd(b, w0, a50); a51 = O.MultiplyAdd(b, w1, a51); a52 = O.MultiplyAdd(b, w2, a52); a53 = O.MultiplyAdd(b,
                    w3, a53);
            }
        }
        Store4(m, step, a00, a01, a02, a03);
        Store4(m + Block, step, a10, a11, a12, a13);
        Store4(m + 2 * Block, step, a20, a21, a22, a23);
        Store4(m + 3 * Block, step, a30, a31, a32, a33);
        Store4(m + 4 * Block, step, a40, a41, a42, a43);
        Store4(m + 5 * Block, step, a50, a51, a52, a53);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply6x2(float* u, nint row, float* w, float* m, nint step, int depth)
    {
        V a00 = O.Zero, a01 = O.Zero, a10 = O.Zero, a11 = O.Zero, a20 = O.Zero, a21 = O.Zero;
        V a30 = O.Zero, a31 = O.Zero, a40 = O.Zero, a41 = O.Zero, a50 = O.Zero, a51 = O.Zero;
        for (int d = 0; d < depth; d++, u += row)
        {
            float* end = u + Block;
            for (float* p = u; p < end; p++, w += 2 * O.Count)
            {
                V w0 = O.Load(w), w1 = O.Load(w + O.Count);
                V b = O.Broadcast(p[0]);
                a00 = O.MultiplyAdd(b, w0, a00); a01 = O.MultiplyAdd(b, w1, a01);
                b = O.Broadcast(p[Block]);
                a10 = O.MultiplyAdd(b, w0, a10); a11 = O.MultiplyAdd(b, w1, a11);
                b = O.Broadcast(p[2 * Block]);
                a20 = O.MultiplyAdd(b, w0, a20); a21 = O.MultiplyAdd(b, w1, a21);
                b = O.Broadcast(p[3 * Block]);
                a30 = O.MultiplyAdd(b, w0, a30); a31 = O.MultiplyAdd(b, w1, a31);
                b = O.Broadcast(p[4 * Block]);
                a40 = O.MultiplyAdd(b, w0, a40); a41 = O.MultiplyAdd(b, w1, a41);
                b = O.Broadcast(p[5 * Block]);
                a50 = O.MultiplyAdd(b, w0, a50); a51 = O.MultiplyAdd(b, w1, a51);
            }
        }
        Store2(m, step, a00, a01);
        Store2(m + Block, step, a10, a11);
        Store2(m + 2 * Block, step, a20, a21);
        Store2(m + 3 * Block, step, a30, a31);
        Store2(m + 4 * Block, step, a40, a41);
        Store2(m + 5 * Block, step, a50, a51);
    }

    /// <summary>Twelve rows: six sums are too few to hide the latency of multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply12x1(float* u, nint row, float* w, float* m, int depth)
    {
        V a0 = O.Zero, a1 = O.Zero, a2 = O.Zero, a3 = O.Zero, a4 = O.Zero, a5 = O.Zero, a6 = O.Zero, a7 = O.Zero, a8 = O.Zero, a9 = O.Zero,
            a10 = O.Zero, a11 = O.Zero;
        for (int d = 0; d < depth; d++, u += row)
        {
            float* end = u + Block;
            for (float* p = u; p < end; p++, w += O.Count)
            {
                V w0 = O.Load(w);
                a0 = O.MultiplyAdd(O.Broadcast(p[0]), w0, a0);
                a1 = O.MultiplyAdd(O.Broadcast(p[Block]), w0, a1);
                a2 = O.MultiplyAdd(O.Broadcast(p[2 * Block]), w0, a2);
                a3 = O.MultiplyAdd(O.Broadcast(p[3 * Block]), w0, a3);
                a4 = O.MultiplyAdd(O.Broadcast(p[4 * Block]), w0, a4);
                a5 = O.MultiplyAdd(O.Broadcast(p[5 * Block]), w0, a5);
                a6 = O.MultiplyAdd(O.Broadcast(p[6 * Block]), w0, a6);
                a7 = O.MultiplyAdd(O.Broadcast(p[7 * Block]), w0, a7);
                a8 = O.MultiplyAdd(O.Broadcast(p[8 * Block]), w0, a8);
                a9 = O.MultiplyAdd(O.Broadcast(p[9 * Block]), w0, a9);
                a10 = O.MultiplyAdd(O.Broadcast(p[10 * Block]), w0, a10);
                a11 = O.MultiplyAdd(O.Broadcast(p[11 * Block]), w0, a11);
            }
        }
        O.Store(a0, m);
        O.Store(a1, m + Block);
        O.Store(a2, m + 2 * Block);
        O.Store(a3, m + 3 * Block);
        O.Store(a4, m + 4 * Block);
        O.Store(a5, m + 5 * Block);
        O.Store(a6, m + 6 * Block);
        O.Store(a7, m + 7 * Block);
        O.Store(a8, m + 8 * Block);
        O.Store(a9, m + 9 * Block);
        O.Store(a10, m + 10 * Block);
        O.Store(a11, m + 11 * Block);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply6x1(float* u, nint row, float* w, float* m, int depth)
    {
        V a0 = O.Zero, a1 = O.Zero, a2 = O.Zero, a3 = O.Zero, a4 = O.Zero, a5 = O.Zero;
        for (int d = 0; d < depth; d++, u += row)
        {
            float* end = u + Block;
            for (float* p = u; p < end; p++, w += O.Count)
            {
                V w0 = O.Load(w);
                a0 = O.MultiplyAdd(O.Broadcast(p[0]), w0, a0);
                a1 = O.MultiplyAdd(O.Broadcast(p[Block]), w0, a1);
                a2 = O.MultiplyAdd(O.Broadcast(p[2 * Block]), w0, a2);
                a3 = O.MultiplyAdd(O.Broadcast(p[3 * Block]), w0, a3);
                a4 = O.MultiplyAdd(O.Broadcast(p[4 * Block]), w0, a4);
                a5 = O.MultiplyAdd(O.Broadcast(p[5 * Block]), w0, a5);
            }
        }
        O.Store(a0, m);
        O.Store(a1, m + Block);
        O.Store(a2, m + 2 * Block);
        O.Store(a3, m + 3 * Block);
        O.Store(a4, m + 4 * Block);
        O.Store(a5, m + 5 * Block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(float* m, nint step, V a, V b, V c, V d)
    {
        O.Store(a, m);
        O.Store(b, m + step);
        O.Store(c, m + 2 * step);
        O.Store(d, m + 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store2(float* m, nint step, V a, V b)
    {
        O.Store(a, m);
        O.Store(b, m + step);
    }
}
