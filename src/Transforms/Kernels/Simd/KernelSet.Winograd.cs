using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>
/// Winograd's F(4 x 4, 3 x 3) after Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015, arXiv 1509.09308):
/// Y = A^T [(G g G^T) (B^T d B)] A, the product in the middle being one matrix product over channels for each of 36 points.
/// </remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    private const int Side = 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformIn(in ConvolutionCall call, in TileArea area, int first, int count, int at, int firstBlock, int endBlock)
    {
        float* halo = stackalloc float[Side * Side * Block + Block];
        halo = Align(halo);
        float* halfArea = stackalloc float[Side * Side * Block + Block];
        V* half = (V*)Align(halfArea);
        int across = call.TilesAcross, height = call.Height, width = call.Width;
        nint stride = area.InputStride(call);
        for (int block = firstBlock; block < endBlock; block++)
        {
            int ty = first / across, tx = first % across;
            float* target = area.Inputs + block * area.Row + (nint)at * Block;
            for (int i = 0; i < count; i++, target += Block)
            {
                int y = ty * 4 - 1, x = tx * 4 - 1;
                bool inside = !call.Unpool && y >= 0 && x >= 0 && y + Side <= height && x + Side <= width;
                if (call.Direct)
                {
                    Gather(call, block, y, x, halo);
                    Spread(halo, target, stride, call.Inputs / Block * area.Row);
                }
                else if (inside)
                {
                    float* source = call.Source + (((long)block * height + y) * width + x) * Block;
                    for (int lane = 0; lane < Block; lane += O.Count)
                        TransformIn(source + lane, (nint)width * Block, target + lane, stride, half);
                }
                else
                {
                    Gather(call, block, y, x, halo);
                    for (int lane = 0; lane < Block; lane += O.Count) TransformIn(halo + lane, Side * Block, target + lane, stride, half);
                }
                if (++tx == across)
                {
                    tx = 0;
                    ty++;
                }
            }
        }
    }

    /// <summary>B^T d B of one tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TransformIn(float* source, nint row, float* target, nint stride, V* half)
    {
        V* end = half + Side;
        for (V* t = half; t < end; t++, source += Block)
        {
            TransposeB(
                O.Load(source), O.Load(source + row), O.Load(source + 2 * row), O.Load(source + 3 * row), O.Load(source + 4 * row),
                O.Load(source + 5 * row), out t[0], out t[Side], out t[2 * Side], out t[3 * Side], out t[4 * Side], out t[5 * Side]);
        }
        end = half + Side * Side;
        for (V* d = half; d < end; d += Side, target += 6 * stride)
        {
            TransposeB(d[0], d[1], d[2], d[3], d[4], d[5], out V t0, out V t1, out V t2, out V t3, out V t4, out V t5);
            O.Store(t0, target);
            O.Store(t1, target + stride);
            O.Store(t2, target + 2 * stride);
            O.Store(t3, target + 3 * stride);
            O.Store(t4, target + 4 * stride);
            O.Store(t5, target + 5 * stride);
        }
    }

    /// <summary>The first cache line in a piece of the stack: vectors that straddle lines cost twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Align(float* memory) => (float*)(((nint)memory + 63) & ~63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeB(V d0, V d1, V d2, V d3, V d4, V d5, out V t0, out V t1, out V t2, out V t3, out V t4, out V t5)
    {
        V four = O.Broadcast(4), minusFour = O.Broadcast(-4), minusFive = O.Broadcast(-5), two = O.Broadcast(2), minusTwo = O.Broadcast(-2);
        V a = O.MultiplyAdd(minusFour, d2, d4), b = O.MultiplyAdd(minusFour, d1, d3);
        V c = O.Subtract(d4, d2), e = O.Subtract(d3, d1);
        t0 = O.MultiplyAdd(four, d0, O.MultiplyAdd(minusFive, d2, d4));
        t1 = O.Add(a, b);
        t2 = O.Subtract(a, b);
        t3 = O.MultiplyAdd(two, e, c);
        t4 = O.MultiplyAdd(minusTwo, e, c);
        t5 = O.MultiplyAdd(four, d1, O.MultiplyAdd(minusFive, d3, d5));
    }

    /// <summary>Copies six by six pixels, zeros where they are outside the map; undoes pooling on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(in ConvolutionCall call, int block, int top, int left, float* halo)
    {
        int height = call.Height, width = call.Width;
        if (call.Unpool)
        {
            int pooledWidth = width / 2, pooledHeight = height / 2;
            float* pooled = call.Source + (long)block * pooledHeight * pooledWidth * Block;
            V scale = O.Broadcast(call.SourceScale);
            if (call.SourceGate != null && top >= 0 && left >= 0 && top + Side <= 2 * pooledHeight && left + Side <= 2 * pooledWidth)
            {
                ushort* gate = call.SourceGate + ((long)block * height + top) * width + left;
                for (int y = top; y < top + Side; y++, gate += width)
                    halo = GatherRow(pooled + ((long)(y >> 1) * pooledWidth + (left >> 1)) * Block, gate, scale, halo);
                return;
            }
            for (int y = top; y < top + Side; y++)
            {
                bool row = y >= 0 && y < pooledHeight * 2;
                for (int x = left; x < left + Side; x++, halo += Block)
                {
                    if (!row || x < 0 || x >= pooledWidth * 2)
                    {
                        Clear(halo);
                        continue;
                    }
                    float* p = pooled + ((long)(y >> 1) * pooledWidth + (x >> 1)) * Block;
                    if (call.SourceGate == null)
                    {
                        for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Multiply(scale, O.Load(p + lane)), halo + lane);
                        continue;
                    }
                    uint bits = call.SourceGate[((long)block * height + y) * width + x];
                    for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Multiply(scale, O.Gate(O.Load(p + lane), bits >> lane)),
                        halo + lane);
                }
            }
            return;
        }
        for (int y = top; y < top + Side; y++)
        {
            float* p = call.Source + (((long)block * height + y) * width + left) * Block;
            for (int x = left; x < left + Side; x++, halo += Block, p += Block)
            {
                if (y < 0 || y >= height || x < 0 || x >= width) Clear(halo);
                else for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Load(p + lane), halo + lane);
            }
        }
    }

    /// <summary>Six pixels of which the first is a window's right one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* GatherRow(float* pooled, ushort* gate, V scale, float* halo)
    {
        for (int lane = 0; lane < Block; lane += O.Count)
        {
            float* p = pooled + lane, h = halo + lane;
            V value = O.Multiply(scale, O.Load(p));
            O.Store(O.Gate(value, (uint)gate[0] >> lane), h);
            value = O.Multiply(scale, O.Load(p + Block));
            O.Store(O.Gate(value, (uint)gate[1] >> lane), h + Block);
            O.Store(O.Gate(value, (uint)gate[2] >> lane), h + 2 * Block);
            value = O.Multiply(scale, O.Load(p + 2 * Block));
            O.Store(O.Gate(value, (uint)gate[3] >> lane), h + 3 * Block);
            O.Store(O.Gate(value, (uint)gate[4] >> lane), h + 4 * Block);
            value = O.Multiply(scale, O.Load(p + 3 * Block));
            O.Store(O.Gate(value, (uint)gate[5] >> lane), h + 5 * Block);
        }
        return halo + Side * Block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* pixel)
    {
        for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Zero, pixel + lane);
    }

    /// <summary>For each of sixteen outputs, the nine pixels that it sums over.</summary>
    private static void Spread(float* halo, float* target, nint stride, nint tapStride)
    {
        for (int output = 0; output < 16; output++, target += stride)
        {
            float* corner = halo + ((output >> 2) * Side + (output & 3)) * Block;
            for (int tap = 0; tap < 9; tap++)
            {
                float* source = corner + (tap / 3 * Side + tap % 3) * Block, place = target + tap * tapStride;
                for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Load(source + lane), place + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOut(in ConvolutionCall call, in TileArea area, int first, int count, int at, int firstBlock, int endBlock)
    {
        float* halfArea = stackalloc float[4 * Side * Block + Block];
        V* half = (V*)Align(halfArea);
        float* pixelsArea = stackalloc float[16 * Block + Block];
        V* pixels = (V*)Align(pixelsArea);
        int across = call.TilesAcross;
        nint stride = area.ProductStride(call);
        for (int block = firstBlock; block < endBlock; block++)
        {
            int ty = first / across, tx = first % across;
            float* products = area.Products + block * area.Row + (nint)at * Block;
            for (int i = 0; i < count; i++, products += Block)
            {
                int rows = Math.Min(4, call.Height - ty * 4), columns = Math.Min(4, call.Width - tx * 4);
                for (int lane = 0; lane < Block; lane += O.Count)
                {
                    if (call.Direct) for (int p = 0; p < 16; p++) pixels[p] = O.Load(products + lane + p * stride);
                    else TransformOut(products + lane, stride, half, pixels);
                    if (call.Backward) FinishBackward(call, block, lane, ty * 4, tx * 4, rows, columns, pixels);
                    else FinishForward(call, block, lane, ty * 4, tx * 4, rows, columns, pixels);
                }
                if (++tx == across)
                {
                    tx = 0;
                    ty++;
                }
            }
        }
    }

    /// <summary>A^T m A of one tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TransformOut(float* products, nint stride, V* half, V* pixels)
    {
        V* end = half + Side;
        nint row = 6 * stride;
        for (V* t = half; t < end; t++, products += stride)
        {
            TransposeA(
                O.Load(products), O.Load(products + row), O.Load(products + 2 * row), O.Load(products + 3 * row),
                    O.Load(products + 4 * row),
                O.Load(products + 5 * row), out t[0], out t[Side], out t[2 * Side], out t[3 * Side]);
        }
        end = half + 4 * Side;
        for (V* m = half; m < end; m += Side, pixels += 4)
            TransposeA(m[0], m[1], m[2], m[3], m[4], m[5], out pixels[0], out pixels[1], out pixels[2], out pixels[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeA(V m0, V m1, V m2, V m3, V m4, V m5, out V y0, out V y1, out V y2, out V y3)
    {
        V a = O.Add(m1, m2), b = O.Subtract(m1, m2), c = O.Add(m3, m4), d = O.Subtract(m3, m4);
        y0 = O.Add(O.Add(m0, a), c);
        y1 = O.MultiplyAdd(O.Broadcast(2), d, b);
        y2 = O.MultiplyAdd(O.Broadcast(4), c, a);
        y3 = O.Add(O.MultiplyAdd(O.Broadcast(8), d, b), m5);
    }

    public override void PackWeights(float* raw, int rawInputs, int rawOutputs, bool backward, bool direct, int block, float* packed)
    {
        float* filter = stackalloc float[9 * Block + Block];
        filter = Align(filter);
        float* halfArea = stackalloc float[3 * Side * Block + Block];
        V* half = (V*)Align(halfArea);
        int realInputs = backward ? rawOutputs : rawInputs, realOutputs = backward ? rawInputs : rawOutputs;
        int inputs = Layout.Padded(realInputs), outputs = Layout.Padded(realOutputs);
        long point = (long)inputs * outputs;
        for (int input = 0; input < inputs; input++)
        {
            for (int lane = 0; lane < Block; lane++)
            {
                int output = block * Block + lane;
                bool real = input < realInputs && output < realOutputs;
                float* f = raw + 9L * (backward ? (long)input * rawInputs + output : (long)output * rawInputs + input);
                for (int tap = 0; tap < 9; tap++) filter[tap * Block + lane] = real ? f[backward ? 8 - tap : tap] : 0;
            }
            for (int lane = 0; lane < Block; lane += O.Count)
            {
                int output = block * Block + lane;
                Panel(output, outputs, out int first, out int width);
                int inside = output - first;
                if (direct)
                {
                    float* place = packed + 9L * inputs * first + (long)input * width + inside;
                    for (int tap = 0; tap < 9; tap++) O.Store(O.Load(filter + tap * Block + lane), place + (long)tap * inputs * width);
                }
                else TransformFilter(filter + lane, packed + (long)inputs * first + (long)input * width + inside, point, half);
            }
        }
    }

    /// <summary>G g G^T of one filter.</summary>
    private static void TransformFilter(float* filter, float* target, long point, V* half)
    {
        for (int x = 0; x < 3; x++)
        {
            float* g = filter + x * Block;
            MultiplyG(
                O.Load(g), O.Load(g + 3 * Block), O.Load(g + 6 * Block),
                out half[x], out half[3 + x], out half[6 + x], out half[9 + x], out half[12 + x], out half[15 + x]);
        }
        for (int y = 0; y < Side; y++)
        {
            V* g = half + 3 * y;
            MultiplyG(g[0], g[1], g[2], out V t0, out V t1, out V t2, out V t3, out V t4, out V t5);
            O.Store(t0, target);
            O.Store(t1, target + point);
            O.Store(t2, target + 2 * point);
            O.Store(t3, target + 3 * point);
            O.Store(t4, target + 4 * point);
            O.Store(t5, target + 5 * point);
            target += 6 * point;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyG(V g0, V g1, V g2, out V t0, out V t1, out V t2, out V t3, out V t4, out V t5)
    {
        V sum = O.Multiply(O.Broadcast(-1f / 6), O.Add(g0, g2)), middle = O.Multiply(O.Broadcast(1f / 6), g1);
        V far = O.MultiplyAdd(O.Broadcast(1f / 24), g0, O.Multiply(O.Broadcast(1f / 6), g2)),
            twelfth = O.Multiply(O.Broadcast(1f / 12), g1);
        t0 = O.Multiply(O.Broadcast(0.25f), g0);
        t1 = O.Subtract(sum, middle);
        t2 = O.Add(sum, middle);
        t3 = O.Add(far, twelfth);
        t4 = O.Subtract(far, twelfth);
        t5 = g2;
    }
}
