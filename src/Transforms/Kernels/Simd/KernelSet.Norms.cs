using System.Runtime.CompilerServices;

namespace MLNetStyle.Kernels;

/// <remarks>
/// Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016, arXiv 1607.08022) with ReLU, a residual sum and the next layer's order of
/// pixels in one
/// pass, and its gradient in two.
/// </remarks>
internal sealed unsafe partial class KernelSet<O, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddMoments(in PaddedBlock values, int firstRow, int endRow, double* sums)
    {
        float* parts = stackalloc float[2 * Block];
        for (int y = firstRow; y < endRow; y++)
        {
            for (int lane = 0; lane < Block; lane += O.Count)
            {
                float* p = values.Inside + y * values.Row + lane, end = p + (nint)values.Width * Block;
                V sum = O.Zero, squares = O.Zero;
                for (; p < end; p += Block)
                {
                    V v = O.Load(p);
                    sum = O.Add(sum, v);
                    squares = O.MultiplyAdd(v, v, squares);
                }
                O.Store(sum, parts + lane);
                O.Store(squares, parts + Block + lane);
            }
            for (int i = 0; i < 2 * Block; i++) sums[i] += parts[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(in NormCall call, int firstRow, int endRow)
    {
        for (int lane = 0; lane < Block; lane += O.Count)
        {
            V scale = O.Load(call.Scale + lane), shift = O.Load(call.Shift + lane), floor = call.Relu ? O.Zero
                : O.Broadcast(float.MinValue);
            for (int y = firstRow; y < endRow; y++)
            {
                float* z = call.Values.Inside + y * call.Values.Row + lane, end = z + (nint)call.Values.Width * Block;
                float* t = Target(call, y, out nint step) + lane;
                if (call.Beside.Inside != null)
                {
                    float* r = call.Beside.Inside + y * call.Beside.Row + lane;
                    for (; z < end; z += Block, t += Block, r += Block) O.Store(O.Add(O.Load(r),
                        O.Max(floor, O.MultiplyAdd(scale, O.Load(z), shift))), t);
                }
                else if (!call.Folds)
                {
                    for (; z < end; z += Block, t += Block) O.Store(O.Max(floor, O.MultiplyAdd(scale, O.Load(z), shift)), t);
                }
                else
                {
                    for (; z < end; z += 2 * Block, t += Block)
                    {
                        O.Store(O.Max(floor, O.MultiplyAdd(scale, O.Load(z), shift)), t);
                        O.Store(O.Max(floor, O.MultiplyAdd(scale, O.Load(z + Block), shift)), t + step);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddNormGradient(in NormCall call, int firstRow, int endRow, double* sums)
    {
        float* parts = stackalloc float[2 * Block];
        for (int y = firstRow; y < endRow; y++)
        {
            for (int lane = 0; lane < Block; lane += O.Count)
            {
                V scale = O.Load(call.Scale + lane), shift = O.Load(call.Shift + lane), mean = O.Load(call.Mean + lane);
                V sum = O.Zero, products = O.Zero;
                float* z = call.Values.Inside + y * call.Values.Row + lane, end = z + (nint)call.Values.Width * Block;
                float* t = Target(call, y, out nint step) + lane;
                nint forward = call.Folds ? 0 : Block;
                for (; z < end; z += 2 * Block)
                {
                    V v = O.Load(z), g = Passed(call.Relu, O.Load(t), v, scale, shift);
                    sum = O.Add(sum, g);
                    products = O.MultiplyAdd(g, O.Subtract(v, mean), products);
                    if (z + Block >= end) break;
                    v = O.Load(z + Block);
                    g = Passed(call.Relu, O.Load(call.Folds ? t + step : t + Block), v, scale, shift);
                    sum = O.Add(sum, g);
                    products = O.MultiplyAdd(g, O.Subtract(v, mean), products);
                    t += Block + forward;
                }
                O.Store(sum, parts + lane);
                O.Store(O.Multiply(products, O.Load(call.Inverse + lane)), parts + Block + lane);
            }
            for (int i = 0; i < 2 * Block; i++) sums[i] += parts[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormBackward(in NormCall call, int firstRow, int endRow)
    {
        for (int lane = 0; lane < Block; lane += O.Count)
        {
            V scale = O.Load(call.Scale + lane), shift = O.Load(call.Shift + lane), mean = O.Load(call.Mean + lane);
            V meanGradient = O.Load(call.MeanGradient + lane),
                slope = O.Multiply(O.Load(call.MeanProduct + lane), O.Load(call.Inverse + lane));
            for (int y = firstRow; y < endRow; y++)
            {
                float* z = call.Values.Inside + y * call.Values.Row + lane, end = z + (nint)call.Values.Width * Block;
                float* d = call.Gradient.Inside + y * call.Gradient.Row + lane;
                float* t = Target(call, y, out nint step) + lane;
                nint forward = call.Folds ? 0 : Block;
                for (; z < end; z += 2 * Block, d += 2 * Block)
                {
                    V v = O.Load(z), g = Passed(call.Relu, O.Load(t), v, scale, shift);
                    O.Store(O.Multiply(scale, O.Subtract(O.Subtract(g, meanGradient), O.Multiply(slope, O.Subtract(v, mean)))), d);
                    if (z + Block >= end) break;
                    v = O.Load(z + Block);
                    g = Passed(call.Relu, O.Load(call.Folds ? t + step : t + Block), v, scale, shift);
                    O.Store(O.Multiply(scale, O.Subtract(O.Subtract(g, meanGradient), O.Multiply(slope, O.Subtract(v, mean)))), d + Block);
                    t += Block + forward;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumFours(float* source, float* target, int width, int firstRow, int endRow)
    {
        nint row = (nint)width * 2 * Block;
        for (int y = firstRow; y < endRow; y++)
        {
            float* s = source + 2 * y * row, t = target + (nint)y * width * Block, end = t + (nint)width * Block;
            for (; t < end; t += Block, s += 2 * Block)
                for (int lane = 0; lane < Block; lane += O.Count)
                    O.Store(O.Add(O.Add(O.Load(s + lane), O.Load(s + Block + lane)),
                        O.Add(O.Load(s + row + lane), O.Load(s + row + Block + lane))), t + lane);
        }
    }

    /// <summary>Where a row begins that <see cref="Normalize"/> writes, and how far away its odd pixels lie where it folds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Target(in NormCall call, int y, out nint step)
    {
        step = call.FoldStride;
        return call.Folds ? call.Target.Inside + (y >> 1) * call.Target.Row + (y & 1) * 2 * call.FoldStride : call.Target.Inside
            + y * call.Target.Row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Passed(bool relu, V gradient, V value, V scale, V shift) =>
        relu ? O.Gate(gradient, O.Greater(O.MultiplyAdd(scale, value, shift), O.Zero)) : gradient;
}
