using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>Gram matrices and their gradient on the blocked layout.</remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddOuter(float* a, float* b, long pixels, float* sums, nint stride)
    {
        for (int row = 0; row < Block; row += 8)
        {
            for (int lane = 0; lane < Block; lane += O.Count)
            {
                float* p = a + row, q = b + lane, end = p + pixels * Block, s = sums + row * stride + lane;
                V s0 = O.Zero, s1 = O.Zero, s2 = O.Zero, s3 = O.Zero, s4 = O.Zero, s5 = O.Zero, s6 = O.Zero, s7 = O.Zero;
                for (; p < end; p += Block, q += Block)
                {
                    V w = O.Load(q);
                    s0 = O.MultiplyAdd(O.Broadcast(p[0]), w, s0);
                    s1 = O.MultiplyAdd(O.Broadcast(p[1]), w, s1);
                    s2 = O.MultiplyAdd(O.Broadcast(p[2]), w, s2);
                    s3 = O.MultiplyAdd(O.Broadcast(p[3]), w, s3);
                    s4 = O.MultiplyAdd(O.Broadcast(p[4]), w, s4);
                    s5 = O.MultiplyAdd(O.Broadcast(p[5]), w, s5);
                    s6 = O.MultiplyAdd(O.Broadcast(p[6]), w, s6);
                    s7 = O.MultiplyAdd(O.Broadcast(p[7]), w, s7);
                }
                O.Store(O.Add(O.Load(s), s0), s);
                O.Store(O.Add(O.Load(s + stride), s1), s + stride);
                O.Store(O.Add(O.Load(s + 2 * stride), s2), s + 2 * stride);
                O.Store(O.Add(O.Load(s + 3 * stride), s3), s + 3 * stride);
                O.Store(O.Add(O.Load(s + 4 * stride), s4), s + 4 * stride);
                O.Store(O.Add(O.Load(s + 5 * stride), s5), s + 5 * stride);
                O.Store(O.Add(O.Load(s + 6 * stride), s6), s + 6 * stride);
                O.Store(O.Add(O.Load(s + 7 * stride), s7), s + 7 * stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplySquare(float* a, float* b, float* product, int size)
    {
        int vectors = size / O.Count * O.Count, fours = size / 4 * 4;
        for (int row = 0; row < fours; row += 4)
        {
            float* r0 = a + (nint)row * size, r1 = r0 + size, r2 = r1 + size, r3 = r2 + size, p = product + (nint)row * size;
            for (int column = 0; column < vectors; column += O.Count)
            {
                V s0 = O.Zero, s1 = O.Zero, s2 = O.Zero, s3 = O.Zero;
                float* q = b + column;
                for (int k = 0; k < size; k++, q += size)
                {
                    V w = O.Load(q);
                    s0 = O.MultiplyAdd(O.Broadcast(r0[k]), w, s0);
                    s1 = O.MultiplyAdd(O.Broadcast(r1[k]), w, s1);
                    s2 = O.MultiplyAdd(O.Broadcast(r2[k]), w, s2);
                    s3 = O.MultiplyAdd(O.Broadcast(r3[k]), w, s3);
                }
                O.Store(s0, p + column);
                O.Store(s1, p + size + column);
                O.Store(s2, p + 2 * size + column);
                O.Store(s3, p + 3 * size + column);
            }
        }
        for (int row = 0; row < size; row++)
        {
            for (int column = row < fours ? vectors : 0; column < size; column++)
            {
                float sum = 0;
                for (int k = 0; k < size; k++) sum += a[(nint)row * size + k] * b[(nint)k * size + column];
                product[(nint)row * size + column] = sum;
            }
        }
    }

    public override void PackMatrix(float* matrix, int channels, int padded, int first, int end, float* packed)
    {
        for (int output = first; output < end; output++)
        {
            Panel(output, padded, out int start, out int width);
            float* place = packed + (long)start * padded + (output - start);
            for (int input = 0; input < padded; input++)
                place[(long)input * width] = input < channels && output < channels ? matrix[(long)output * channels + input] : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyPixels(
        float* packed, int padded, float* source, float* target, long mapPixels, long first, int count, bool add, float* scratch)
    {
        int room = Layout.RoundUp(count, Rows), blocks = padded / Block;
        nint row = (nint)room * Block;
        float* inputs = scratch, products = scratch + padded * (nint)room;
        for (int block = 0; block < blocks; block++)
            Unsafe.CopyBlock(inputs + block * row, source + (block * mapPixels + first) * Block, (uint)count * Block * sizeof(float));
        Multiply(inputs, row, packed, products, row, blocks, padded, 0, padded, 0, count);
        for (int block = 0; block < blocks; block++)
        {
            float* m = products + block * row, t = target + (block * mapPixels + first) * Block;
            for (nint i = 0; i < (nint)count * Block; i += O.Count) O.Store(add ? O.Add(O.Load(t + i), O.Load(m + i)) : O.Load(m + i), t
                + i);
        }
    }
}
