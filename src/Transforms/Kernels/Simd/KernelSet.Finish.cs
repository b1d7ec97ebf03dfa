using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>What follows a convolution, on a tile of up to 4 x 4 pixels that is still in the nearest cache.</remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    /// <summary>Puts a vector's bits into a pixel's sixteen; the vectors of a pixel come in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutBits(ushort* gate, int lane, uint bits)
    {
        if (O.Count == Block || lane == 0) *gate = (ushort)bits;
        else *gate |= (ushort)(bits << lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishForward(in ConvolutionCall call, int block, int lane, int top, int left, int rows, int columns, V* pixels)
    {
        V bias = O.Load(call.Bias + block * Block + lane);
        long corner = ((long)block * call.Height + top) * call.Width + left;
        for (int y = 0; y < rows; y++)
        {
            long pixel = corner + (long)y * call.Width;
            for (int x = 0; x < columns; x++, pixel++)
            {
                V value = O.Add(pixels[4 * y + x], bias);
                if (call.Plain != null) O.Store(value, call.Plain + pixel * Block + lane);
                if (call.Relu)
                {
                    if (call.ReluGate != null) PutBits(call.ReluGate + pixel, lane, O.Greater(value, O.Zero));
                    value = O.Max(O.Zero, value);
                }
                if (call.Target != null) O.Store(value, call.Target + pixel * Block + lane);
                pixels[4 * y + x] = value;
            }
        }
        if (call.Pool != PoolKind.None) Pool(call, block, lane, top, left, rows, columns, pixels);
    }

    private static void Pool(in ConvolutionCall call, int block, int lane, int top, int left, int rows, int columns, V* pixels)
    {
        const uint All = 0xFFFF;
        int height = call.Height / 2, width = call.Width / 2;
        V quarter = O.Broadcast(0.25f);
        uint lanes = All >> (Block - O.Count);
        for (int y = 0; y + 1 < rows; y += 2)
        {
            for (int x = 0; x + 1 < columns; x += 2)
            {
                V* p = pixels + 4 * y + x;
                float* target = call.Pooled + (((long)block * height + (top + y) / 2) * width + (left + x) / 2) * Block + lane;
                if (call.Pool == PoolKind.Average)
                {
                    O.Store(O.Multiply(quarter, O.Add(O.Add(p[0], p[1]), O.Add(p[4], p[5]))), target);
                    continue;
                }
                V upper = O.Max(p[0], p[1]), lower = O.Max(p[4], p[5]), best = O.Max(upper, lower);
                O.Store(best, target);
                if (call.PoolGate == null) continue;
                uint open = call.Relu && call.ReluGate == null ? O.Greater(best, O.Zero) : lanes;
                uint right = O.Greater(p[1], p[0]), lowerRight = O.Greater(p[5], p[4]), below = O.Greater(lower, upper);
                ushort* gate = call.PoolGate + ((long)block * call.Height + top + y) * call.Width + left + x;
                PutBits(gate, lane, open & ~below & ~right);
                PutBits(gate + 1, lane, open & ~below & right);
                PutBits(gate + call.Width, lane, open & below & ~lowerRight);
                PutBits(gate + call.Width + 1, lane, open & below & lowerRight);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishBackward(in ConvolutionCall call, int block, int lane, int top, int left, int rows, int columns, V* pixels)
    {
        long corner = ((long)block * call.Height + top) * call.Width + left;
        for (int y = 0; y < rows; y++)
        {
            long pixel = corner + (long)y * call.Width;
            for (int x = 0; x < columns; x++, pixel++)
            {
                long at = pixel * Block + lane;
                V value = pixels[4 * y + x];
                if (call.Before != null) value = O.Add(value, O.Load(call.Before + at));
                if (call.Gate != null) value = O.Gate(value, (uint)call.Gate[pixel] >> lane);
                if (call.After != null) value = O.Add(value, O.Load(call.After + at));
                O.Store(value, call.Target + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Combine(float* target, float* source, float* before, ushort* gate, float* after, long pixels)
    {
        for (long pixel = 0; pixel < pixels; pixel++)
        {
            for (int lane = 0; lane < Block; lane += O.Count)
            {
                long at = pixel * Block + lane;
                V value = source == null ? O.Zero : O.Load(source + at);
                if (before != null) value = O.Add(value, O.Load(before + at));
                if (gate != null) value = O.Gate(value, (uint)gate[pixel] >> lane);
                if (after != null) value = O.Add(value, O.Load(after + at));
                O.Store(value, target + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Unpool(in ConvolutionCall call, int block, int row)
    {
        int height = call.Height / 2, width = call.Width / 2;
        V scale = O.Broadcast(call.SourceScale);
        float* source = call.Source + ((long)block * height + row / 2) * width * Block;
        long pixel = ((long)block * call.Height + row) * call.Width;
        for (int x = 0; x < call.Width; x++, pixel++)
        {
            bool pooled = row / 2 < height && x / 2 < width;
            uint bits = call.SourceGate == null || !pooled ? 0xFFFFu : call.SourceGate[pixel];
            for (int lane = 0; lane < Block; lane += O.Count)
            {
                long at = pixel * Block + lane;
                V value = pooled ? O.Multiply(scale, O.Gate(O.Load(source + (nint)(x / 2) * Block + lane), bits >> lane)) : O.Zero;
                if (call.Before != null) value = O.Add(value, O.Load(call.Before + at));
                if (call.Gate != null) value = O.Gate(value, (uint)call.Gate[pixel] >> lane);
                if (call.After != null) value = O.Add(value, O.Load(call.After + at));
                O.Store(value, call.Target + at);
            }
        }
    }
}
