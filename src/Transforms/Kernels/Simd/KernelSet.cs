using System.Runtime.Intrinsics;

namespace MLNetStyle.Kernels;

/// <summary>The kernels of one <see cref="SimdPath"/>.</summary>
internal abstract unsafe class KernelSet
{
    public static KernelSet Create(SimdPath path) => path switch
    {
        SimdPath.Vector512 => new KernelSet<Simd512, Vector512<float>>(),
        SimdPath.Vector256 => new KernelSet<Simd256, Vector256<float>>(),
        SimdPath.Vector128 => new KernelSet<Simd128, Vector128<float>>(),
        _ => new KernelSet<SimdScalar, float>(),
    };

    /// <summary>Floats of packed weights that a convolution needs.</summary>
    public static long WeightFloats(int inputs, int outputs, bool direct) => (long)inputs * outputs * (direct ? 9 : 36);

    /// <summary>Brings filters [rawOutputs][rawInputs][3][3] into the kernels' order, transformed unless direct.</summary>
    /// <param name="raw">The filters of the forward convolution.</param>
    /// <param name="rawInputs">Its input channels.</param>
    /// <param name="rawOutputs">Its output channels.</param>
    /// <param name="backward">For the gradient: channels swapped, filters turned by 180 degrees.</param>
    /// <param name="direct">Not transformed.</param>
    /// <param name="block">Which 16 output channels of the packed form.</param>
    /// <param name="packed">Receives them.</param>
    public abstract void PackWeights(float* raw, int rawInputs, int rawOutputs, bool backward, bool direct, int block, float* packed);

    /// <summary>Fills the inputs of tiles first .. first + count - 1, for some blocks of channels, from place <paramref name="at"/>
    /// on.</summary>
    public abstract void TransformIn(in ConvolutionCall call, in TileArea area, int first, int count, int at, int firstBlock, int endBlock);

    /// <summary>Multiplies one point's inputs with its weights, for the output channels of a panel range.</summary>
    public abstract void Multiply(in ConvolutionCall call, in TileArea area, int point, int firstOutput, int endOutput, int firstTile,
        int endTile);

    /// <summary>Brings products back to pixels, and finishes them.</summary>
    public abstract void TransformOut(in ConvolutionCall call, in TileArea area, int first, int count, int at, int firstBlock,
        int endBlock);

    /// <summary>Brings the first convolution's filters into order.</summary>
    public abstract void PackImageWeights(float* raw, int rawOutputs, float* packed);

    /// <summary>One row of the first convolution.</summary>
    public abstract void ImageForward(in ImageCall call, int row);

    /// <summary>The gradient of one row of the image.</summary>
    public abstract void ImageBackward(in ImageCall call, int row);

    /// <summary>value = (value + before) where the gate's bit is set, zero elsewhere, plus after; any of them may be null.</summary>
    public abstract void Combine(float* target, float* source, float* before, ushort* gate, float* after, long pixels);

    /// <summary>One row of a full-size gradient from that after pooling, with sums and gate as in <see cref="Combine"/>.</summary>
    public abstract void Unpool(in ConvolutionCall call, int block, int row);

    /// <summary>Pixels' products of two blocks of channels, added to 16 x 16 numbers of a matrix.</summary>
    public abstract void AddOuter(float* a, float* b, long pixels, float* sums, nint stride);

    /// <summary>
    /// gradient = or += scale * (values - target) for some floats, a multiple of the vector's length; in place where gradient and values
    /// are the same.
    /// </summary>
    /// <returns>The sum of squared differences.</returns>
    public abstract double Difference(float* values, float* target, float* gradient, long count, float scale, bool add);

    /// <summary>The squared differences of one row of a plane with the row below and along itself, and their gradient, which is
    /// added.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="gradient">The gradient's plane.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="row">The row.</param>
    /// <param name="down">What the squares of vertical differences are multiplied by for the gradient.</param>
    /// <param name="across">The same for horizontal ones.</param>
    /// <param name="sums">Receives both sums, not multiplied.</param>
    public abstract void VariationRow(float* plane, float* gradient, int width, int height, int row, float down, float across,
        double* sums);

    /// <summary>Brings vectors [count][channels] into the order of weights: out[k] = sum over c of vectors[k][c] in[c].</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="channels">Their length, a multiple of 16.</param>
    /// <param name="count">Their number, likewise.</param>
    /// <param name="packed">Receives them.</param>
    public abstract void PackVectors(float* vectors, int channels, int count, float* packed);

    /// <summary>The vector nearest to each of some pixels: the one with the largest cosine less price.</summary>
    /// <param name="call">The vectors and the maps.</param>
    /// <param name="first">The first pixel.</param>
    /// <param name="count">How many, at most <see cref="NeighborCall.Strip"/>.</param>
    /// <param name="index">Receives the number of the vector for each of them.</param>
    /// <param name="scratch"><see cref="NeighborCall.ScratchFloats"/> floats.</param>
    public abstract void Nearest(in NeighborCall call, long first, int count, int* index, float* scratch);

    /// <summary>The sum over some pixels of weight times (1 - cosine) to their vectors, and its gradient.</summary>
    /// <param name="call">The vectors and the maps.</param>
    /// <param name="first">The first pixel.</param>
    /// <param name="count">How many.</param>
    /// <param name="scale">What the gradient is multiplied by.</param>
    /// <param name="add">Adds to what the gradient holds.</param>
    public abstract double NeighborDistance(in NeighborCall call, long first, long count, float scale, bool add);

    /// <summary>product = a b, square matrices row by row.</summary>
    public abstract void MultiplySquare(float* a, float* b, float* product, int size);

    /// <summary>Brings rows first .. end - 1 of a square matrix into the order of weights: out[c] = sum over k of matrix[c][k]
    /// in[k].</summary>
    public abstract void PackMatrix(float* matrix, int channels, int padded, int first, int end, float* packed);

    /// <summary>target += or = matrix times source at some pixels, for all channels.</summary>
    public abstract void MultiplyPixels(float* packed, int padded, float* source, float* target, long mapPixels, long first, int count,
        bool add, float* scratch);

    /// <summary>Fills the products of tiles from a map of gradients (its channels the call's outputs): A m A^T, the other way of
    /// <see cref="TransformOut"/>.</summary>
    public abstract void TransformGradient(in ConvolutionCall call, float* gradient, in TileArea area, int first, int count, int at,
        int firstBlock, int endBlock);

    /// <summary>Brings sums of transformed inputs times transformed gradients, [36][inputs][outputs], to filters [outputs][inputs][3][3],
    /// and adds them.</summary>
    public abstract void AddFilterGradient(float* sums, int inputs, int outputs, int realInputs, int realOutputs, int firstInput,
        int endInput, float* filters);

    /// <summary>Sums and sums of squares of sixteen channels over pixels of a padded map; 2 x 16 doubles, added.</summary>
    public abstract void AddMoments(in PaddedBlock values, int firstRow, int endRow, double* sums);

    /// <summary>Scale times values plus shift, ReLU, plus what is left beside, written where the next layer reads it.</summary>
    public abstract void Normalize(in NormCall call, int firstRow, int endRow);

    /// <summary>The gradient's sums by shift and scale: 2 x 16 doubles, added.</summary>
    public abstract void AddNormGradient(in NormCall call, int firstRow, int endRow, double* sums);

    /// <summary>The gradient by the values that <see cref="Normalize"/> read.</summary>
    public abstract void NormBackward(in NormCall call, int firstRow, int endRow);

    /// <summary>Sums of two by two pixels of a map, whose height and width are even, added to nothing: the gradient of doubling.</summary>
    public abstract void SumFours(float* source, float* target, int width, int firstRow, int endRow);
}
