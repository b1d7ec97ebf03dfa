using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>The first convolution has three inputs: too few for the transforms, so its 27 products are summed as they are.</remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    /// <summary>Pixels done at once: as many sums as hide the latency of multiply-add.</summary>
    private const int Together = 12;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ImageForward(in ImageCall call, int row)
    {
        float* area = stackalloc float[(Together + 1) * Block];
        V* sums = (V*)Align(area);
        float* corner = call.Image + (long)row * call.Pitch;
        for (int block = 0; block < call.Outputs / Block; block++)
        {
            for (int left = 0; left < call.Width;)
            {
                // The last ones are done twice where the width is no multiple.
                int first = call.Width < Together ? left : Math.Min(left, call.Width - Together), count = call.Width < Together ? 1
                    : Together;
                for (int lane = 0; lane < Block; lane += O.Count)
                {
                    float* weights = call.Weights + (nint)block * ImageCall.Taps * Block + lane;
                    V bias = O.Load(call.Bias + block * Block + lane);
                    if (count == 1) sums[0] = ImagePixel(call, corner + first, weights, bias);
                    else ImagePixels(call, corner + first, weights, bias, sums);
                    long pixel = ((long)block * call.Height + row) * call.Width + first;
                    for (int x = 0; x < count; x++, pixel++)
                    {
                        long at = pixel * Block + lane;
                        V value = sums[x];
                        if (call.Plain != null) O.Store(value, call.Plain + at);
                        if (!call.Relu && call.Target == null) continue;
                        if (call.ReluGate != null) PutBits(call.ReluGate + pixel, lane, O.Greater(value, O.Zero));
                        if (call.Target != null) O.Store(call.Relu ? O.Max(O.Zero, value) : value, call.Target + at);
                    }
                }
                left = first + count;
            }
        }
    }

    private static V ImagePixel(in ImageCall call, float* corner, float* weights, V sum)
    {
        for (int tap = 0; tap < ImageCall.Taps; tap++)
            sum = O.MultiplyAdd(O.Broadcast(corner[tap / 9 * call.Plane + tap % 9 / 3 * call.Pitch + tap % 3]),
                O.Load(weights + tap * Block), sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ImagePixels(in ImageCall call, float* corner, float* weights, V bias, V* sums)
    {
        V a0 = bias, a1 = bias, a2 = bias, a3 = bias, a4 = bias, a5 = bias, a6 = bias, a7 = bias, a8 = bias, a9 = bias, a10 = bias,
            a11 = bias;
        for (int channel = 0; channel < ImageCall.Channels; channel++, corner += call.Plane)
        {
            float* line = corner;
            for (int y = 0; y < 3; y++, line += call.Pitch)
            {
                for (float* p = line; p < line + 3; p++, weights += Block)
                {
                    V w = O.Load(weights);
                    a0 = O.MultiplyAdd(O.Broadcast(p[0]), w, a0);
                    a1 = O.MultiplyAdd(O.Broadcast(p[1]), w, a1);
                    a2 = O.MultiplyAdd(O.Broadcast(p[2]), w, a2);
                    a3 = O.MultiplyAdd(O.Broadcast(p[3]), w, a3);
                    a4 = O.MultiplyAdd(O.Broadcast(p[4]), w, a4);
                    a5 = O.MultiplyAdd(O.Broadcast(p[5]), w, a5);
                    a6 = O.MultiplyAdd(O.Broadcast(p[6]), w, a6);
                    a7 = O.MultiplyAdd(O.Broadcast(p[7]), w, a7);
                    a8 = O.MultiplyAdd(O.Broadcast(p[8]), w, a8);
                    a9 = O.MultiplyAdd(O.Broadcast(p[9]), w, a9);
                    a10 = O.MultiplyAdd(O.Broadcast(p[10]), w, a10);
                    a11 = O.MultiplyAdd(O.Broadcast(p[11]), w, a11);
                }
            }
        }
        (sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]) = (a0, a1, a2, a3, a4, a5);
        (sums[6], sums[7], sums[8], sums[9], sums[10], sums[11]) = (a6, a7, a8, a9, a10, a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ImageBackward(in ImageCall call, int row)
    {
        long pixels = (long)call.Height * call.Width;
        int blocks = call.Outputs / Block;
        float* zero = stackalloc float[2 * Block];
        zero = Align(zero);
        Clear(zero);
        for (int left = 0; left < call.Width; left += 2)
        {
            V a0 = O.Zero, a1 = O.Zero, a2 = O.Zero, b0 = O.Zero, b1 = O.Zero, b2 = O.Zero;
            for (int block = 0; block < blocks; block++)
            {
                for (int dy = -1; dy <= 1; dy++)
                {
                    int y = row + dy;
                    if (y < 0 || y >= call.Height) continue;
                    float* p = call.Source + (block * pixels + (long)y * call.Width + left) * Block;
                    float* before = left > 0 ? p - Block : zero;
                    float* next = left + 1 < call.Width ? p + Block : zero;
                    float* last = left + 2 < call.Width ? p + 2 * Block : zero;
                    float* w = call.BackwardWeights + (block * 9 + (dy + 1) * 3) * (ImageCall.Channels * Block);
                    for (int lane = 0; lane < Block; lane += O.Count)
                    {
                        V g0 = O.Load(before + lane), g1 = O.Load(p + lane), g2 = O.Load(next + lane), g3 = O.Load(last + lane);
                        float* f = w + lane;
                        V w0 = O.Load(f), w1 = O.Load(f + Block), w2 = O.Load(f + 2 * Block);
                        a0 = O.MultiplyAdd(g0, w0, a0); a1 = O.MultiplyAdd(g0, w1, a1); a2 = O.MultiplyAdd(g0, w2, a2);
                        b0 = O.MultiplyAdd(g1, w0, b0); b1 = O.MultiplyAdd(g1, w1, b1); b2 = O.MultiplyAdd(g1, w2, b2);
                        w0 = O.Load(f + 3 * Block); w1 = O.Load(f + 4 * Block); w2 = O.Load(f + 5 * Block);
                        a0 = O.MultiplyAdd(g1, w0, a0); a1 = O.MultiplyAdd(g1, w1, a1); a2 = O.MultiplyAdd(g1, w2, a2);
                        b0 = O.MultiplyAdd(g2, w0, b0); b1 = O.MultiplyAdd(g2, w1, b1); b2 = O.MultiplyAdd(g2, w2, b2);
                        w0 = O.Load(f + 6 * Block); w1 = O.Load(f + 7 * Block); w2 = O.Load(f + 8 * Block);
                        a0 = O.MultiplyAdd(g2, w0, a0); a1 = O.MultiplyAdd(g2, w1, a1); a2 = O.MultiplyAdd(g2, w2, a2);
                        b0 = O.MultiplyAdd(g3, w0, b0); b1 = O.MultiplyAdd(g3, w1, b1); b2 = O.MultiplyAdd(g3, w2, b2);
                    }
                }
            }
            float* target = call.Gradient + (long)row * call.Width + left;
            target[call.Planes[0] * pixels] = call.Scales[0] * O.Sum(a0);
            target[call.Planes[1] * pixels] = call.Scales[1] * O.Sum(a1);
            target[call.Planes[2] * pixels] = call.Scales[2] * O.Sum(a2);
            if (left + 1 == call.Width) break;
            target[call.Planes[0] * pixels + 1] = call.Scales[0] * O.Sum(b0);
            target[call.Planes[1] * pixels + 1] = call.Scales[1] * O.Sum(b1);
            target[call.Planes[2] * pixels + 1] = call.Scales[2] * O.Sum(b2);
        }
    }

    /// <summary>Brings the first convolution's filters into the order that <see cref="ImageForward"/> reads.</summary>
    public override void PackImageWeights(float* raw, int rawOutputs, float* packed)
    {
        for (int output = 0; output < Layout.Padded(rawOutputs); output++)
            for (int tap = 0; tap < ImageCall.Taps; tap++)
                packed[(output / Block * ImageCall.Taps + tap) * Block + output % Block] = output < rawOutputs
                    ? raw[output * ImageCall.Taps + tap] : 0;
    }
}
