using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MLNetStyle.Kernels;

/// <summary>Copies between the blocked layout and planes, four by four, and exchanges rows and columns.</summary>
internal static unsafe class Transposer
{
    private const int Block = Layout.Block;

    /// <summary>Pixels of one block to as many planes as it has real channels.</summary>
    public static void ToPlanes(float* blocked, float* planes, long plane, int channels, long first, long count)
    {
        float* source = blocked + first * Block, target = planes + first;
        long x = 0;
        if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; x + 4 <= count; x += 4, source += 4 * Block)
            {
                for (int c = 0; c + 4 <= channels; c += 4)
                {
                    Vector128<float> a = Vector128.Load(source + c), b = Vector128.Load(source + Block + c);
                    Vector128<float> d = Vector128.Load(source + 2 * Block + c), e = Vector128.Load(source + 3 * Block + c);
                    Transpose(ref a, ref b, ref d, ref e);
                    float* t = target + c * plane + x;
                    a.Store(t);
                    b.Store(t + plane);
                    d.Store(t + 2 * plane);
                    e.Store(t + 3 * plane);
                }
                for (int c = channels & ~3; c < channels; c++)
                    for (int i = 0; i < 4; i++) target[c * plane + x + i] = source[i * Block + c];
            }
        }
        for (; x < count; x++, source += Block)
            for (int c = 0; c < channels; c++) target[c * plane + x] = source[c];
    }

    /// <summary>The way back; channels that aren't real become zero.</summary>
    public static void FromPlanes(float* planes, float* blocked, long plane, int channels, long first, long count)
    {
        float* target = blocked + first * Block, source = planes + first;
        long x = 0;
        if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; x + 4 <= count; x += 4, target += 4 * Block)
            {
                for (int c = 0; c + 4 <= channels; c += 4)
                {
                    float* s = source + c * plane + x;
                    Vector128<float> a = Vector128.Load(s), b = Vector128.Load(s + plane);
                    Vector128<float> d = Vector128.Load(s + 2 * plane), e = Vector128.Load(s + 3 * plane);
                    Transpose(ref a, ref b, ref d, ref e);
                    a.Store(target + c);
                    b.Store(target + Block + c);
                    d.Store(target + 2 * Block + c);
                    e.Store(target + 3 * Block + c);
                }
                for (int c = channels & ~3; c < Block; c++)
                    for (int i = 0; i < 4; i++) target[i * Block + c] = c < channels ? source[c * plane + x + i] : 0;
            }
        }
        for (; x < count; x++, target += Block)
            for (int c = 0; c < Block; c++) target[c] = c < channels ? source[c * plane + x] : 0;
    }

    /// <summary>A square matrix, row by row, with rows and columns exchanged.</summary>
    public static void Square(ReadOnlySpan<float> matrix, int size, Span<float> transposed)
    {
        for (int row = 0; row < size; row++)
            for (int column = 0; column < size; column++) transposed[column * size + row] = matrix[row * size + column];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d), high = Sse.UnpackHigh(a, b), higher = Sse.UnpackHigh(c, d);
            (a, b) = (Sse.MoveLowToHigh(ab, cd), Sse.MoveHighToLow(cd, ab));
            (c, d) = (Sse.MoveLowToHigh(high, higher), Sse.MoveHighToLow(higher, high));
        }
        else
        {
            Vector128<float> ac = AdvSimd.Arm64.ZipLow(a, c), bd = AdvSimd.Arm64.ZipLow(b, d);
            Vector128<float> acHigh = AdvSimd.Arm64.ZipHigh(a, c), bdHigh = AdvSimd.Arm64.ZipHigh(b, d);
            (a, b) = (AdvSimd.Arm64.ZipLow(ac, bd), AdvSimd.Arm64.ZipHigh(ac, bd));
            (c, d) = (AdvSimd.Arm64.ZipLow(acHigh, bdHigh), AdvSimd.Arm64.ZipHigh(acHigh, bdHigh));
        }
    }
}
