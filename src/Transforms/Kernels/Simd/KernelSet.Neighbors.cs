using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>Nearest vectors: a matrix product whose results are looked at in parts, and the cosine distance to what was found.</remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    private const float Least = 1e-12f;

    public override void PackVectors(float* vectors, int channels, int count, float* packed)
    {
        for (int vector = 0; vector < count; vector++)
        {
            Panel(vector, count, out int start, out int width);
            float* place = packed + (long)start * channels + (vector - start);
            for (int channel = 0; channel < channels; channel++) place[(long)channel * width] = vectors[(long)vector * channels + channel];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Nearest(in NeighborCall call, long first, int count, int* index, float* scratch)
    {
        int blocks = call.Channels / Block;
        nint row = (nint)Layout.RoundUp(count, Rows) * Block;
        float* inputs = scratch, products = inputs + NeighborCall.Strip * (nint)call.Channels;
        float* best = products + NeighborCall.Strip * (nint)NeighborCall.VectorsAtOnce;
        int* places = (int*)(best + NeighborCall.Strip * Block);
        Blend(call, first, count, inputs, row);
        new Span<float>(best, count * Block).Fill(float.NegativeInfinity);
        new Span<int>(places, count * Block).Clear();
        for (int start = 0; start < call.Padded; start += NeighborCall.VectorsAtOnce)
        {
            int end = Math.Min(start + NeighborCall.VectorsAtOnce, call.Padded);
            Multiply(inputs, row, call.Packed, products - start / Block * row, row, blocks, call.Padded, start, end, 0, count);
            for (int block = 0; block < (end - start) / Block; block++)
            {
                float* product = products + block * row, price = call.Prices + start + block * Block;
                for (int lane = 0; lane < Block; lane += O.Count)
                {
                    V less = O.Load(price + lane);
                    for (int pixel = 0; pixel < count; pixel++)
                    {
                        nint at = (nint)pixel * Block + lane;
                        V value = O.Subtract(O.Load(product + at), less), before = O.Load(best + at);
                        uint greater = O.Greater(value, before);
                        if (greater == 0) continue;
                        O.Store(O.Max(value, before), best + at);
                        for (; greater != 0; greater &= greater - 1) places[at + BitOperations.TrailingZeroCount(greater)] = start / Block
                            + block;
                    }
                }
            }
        }
        for (int pixel = 0; pixel < count; pixel++)
        {
            float most = float.NegativeInfinity;
            int found = int.MaxValue;
            for (int lane = 0; lane < Block; lane++)
            {
                float value = best[pixel * Block + lane];
                int vector = places[pixel * Block + lane] * Block + lane;
                if (value > most || (value == most && vector < found)) (most, found) = (value, vector);
            }
            index[pixel] = found;
            call.Cosine[first + pixel] = found < call.Padded ? most + call.Prices[found] : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double NeighborDistance(in NeighborCall call, long first, long count, float scale, bool add)
    {
        int blocks = call.Channels / Block;
        nint stride = (nint)call.Pixels * Block;
        double sum = 0;
        for (long pixel = first; pixel < first + count; pixel++)
        {
            float weight = call.Weight[pixel];
            float* map = call.Map + pixel * Block, gradient = call.Gradient + pixel * Block,
                vector = call.Rows + (nint)call.Index[pixel] * call.Channels;
            if (weight == 0)
            {
                if (add) continue;
                for (int block = 0; block < blocks; block++)
                    for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Zero, gradient + block * stride + lane);
                continue;
            }
            V squares = O.Zero, products = O.Zero;
            for (int block = 0; block < blocks; block++)
            {
                for (int lane = 0; lane < Block; lane += O.Count)
                {
                    V own = O.Subtract(O.Load(map + block * stride + lane), O.Load(call.Mean + block * Block + lane));
                    squares = O.MultiplyAdd(own, own, squares);
                    products = O.MultiplyAdd(own, O.Load(vector + block * Block + lane), products);
                }
            }
            float square = O.Sum(squares) + Least, length = MathF.Sqrt(square), cosine = O.Sum(products) / length;
            sum += (double)weight * (1 - cosine);
            float factor = -scale * weight / length;
            V along = O.Broadcast(factor), back = O.Broadcast(-factor * cosine / length);
            for (int block = 0; block < blocks; block++)
            {
                for (int lane = 0; lane < Block; lane += O.Count)
                {
                    float* to = gradient + block * stride + lane;
                    V own = O.Subtract(O.Load(map + block * stride + lane), O.Load(call.Mean + block * Block + lane));
                    V value = O.MultiplyAdd(along, O.Load(vector + block * Block + lane), O.Multiply(back, own));
                    O.Store(add ? O.Add(O.Load(to), value) : value, to);
                }
            }
        }
        return sum;
    }

    /// <summary>The directions from the mean of what is searched for, and its lengths.</summary>
    private static void Blend(in NeighborCall call, long first, int count, float* inputs, nint row)
    {
        for (int pixel = 0; pixel < count; pixel++)
        {
            float second = call.Second == null ? 0 : call.Share[first + pixel];
            V share = O.Broadcast(1 - second), other = O.Broadcast(second);
            V squares = O.Zero, centred = O.Zero;
            for (int block = 0; block < call.Channels / Block; block++)
            {
                nint at = (nint)(block * call.Pixels + first + pixel) * Block;
                for (int lane = 0; lane < Block; lane += O.Count)
                {
                    V value = O.Multiply(share, O.Load(call.Map + at + lane));
                    if (call.Second != null) value = O.MultiplyAdd(other, O.Load(call.Second + at + lane), value);
                    squares = O.MultiplyAdd(value, value, squares);
                    V own = O.Subtract(value, O.Load(call.Mean + block * Block + lane));
                    O.Store(own, inputs + block * row + pixel * Block + lane);
                    centred = O.MultiplyAdd(own, own, centred);
                }
            }
            call.Length[first + pixel] = MathF.Sqrt(O.Sum(squares));
            V inverse = O.Broadcast(1 / MathF.Sqrt(O.Sum(centred) + Least));
            for (int block = 0; block < call.Channels / Block; block++)
            {
                float* part = inputs + block * row + pixel * Block;
                for (int lane = 0; lane < Block; lane += O.Count) O.Store(O.Multiply(inverse, O.Load(part + lane)), part + lane);
            }
        }
    }
}
