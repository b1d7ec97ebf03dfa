using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>The first convolution has three inputs: too few for the transforms, so its 27 products are summed as they are.</remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ImageForward(in ImageCall call, float* scratch, int row)
    {
        float* inputs = scratch, products = scratch + ImageCall.Strip * ImageCall.Depth * Block;
        const int InputRow = ImageCall.Strip * Block;
        for (int left = 0; left < call.Width; left += ImageCall.Strip)
        {
            int count = Math.Min(ImageCall.Strip, call.Width - left);
            for (int tap = 0; tap < 27; tap++)
            {
                float* source = call.Image + tap / 9 * call.Plane + (long)(row + tap % 9 / 3) * call.Pitch + left + tap % 3;
                float* target = inputs + tap / Block * InputRow + tap % Block;
                for (int x = 0; x < count; x++) target[x * Block] = source[x];
            }
            Multiply(inputs, InputRow, call.Weights, products, InputRow, ImageCall.Depth, call.Outputs, 0, call.Outputs, 0, count);
            for (int block = 0; block < call.Outputs / Block; block++)
            {
                float* m = products + (nint)block * InputRow;
                long pixel = ((long)block * call.Height + row) * call.Width + left;
                for (int x = 0; x < count; x++, pixel++, m += Block)
                {
                    for (int lane = 0; lane < Block; lane += O.Count)
                    {
                        long at = pixel * Block + lane;
                        V value = O.Add(O.Load(m + lane), O.Load(call.Bias + block * Block + lane));
                        if (call.Plain != null) O.Store(value, call.Plain + at);
                        if (!call.Relu && call.Target == null) continue;
                        if (call.ReluGate != null) PutBits(call.ReluGate + pixel, lane, O.Greater(value, O.Zero));
                        if (call.Target != null) O.Store(call.Relu ? O.Max(O.Zero, value) : value, call.Target + at);
                    }
                }
            }
        }
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
        int outputs = Layout.Padded(rawOutputs);
        for (int output = 0; output < outputs; output++)
        {
            Panel(output, outputs, out int first, out int width);
            float* place = packed + (long)first * ImageCall.Depth * Block + (output - first);
            for (int tap = 0; tap < ImageCall.Depth * Block; tap++) place[(long)tap * width] = tap < 27 && output < rawOutputs ? raw[output * 27L + tap] : 0;
        }
    }
}
