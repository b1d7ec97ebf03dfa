namespace MLNetStyle.Kernels;

/// <summary>Work areas of a convolution: transformed inputs and products, for a number of tiles.</summary>
/// <remarks>
/// Inputs lie as [point][depth][tile][16], products as [point][block][tile][16]. A line is left free after every point, so that
/// points don't fall on the same cache set.
/// </remarks>
internal unsafe struct TileArea
{
    public float* Inputs;

    public float* Products;

    /// <summary>Tiles that there is room for; a multiple of six.</summary>
    public int Capacity;

    public readonly nint Row => (nint)Capacity * Layout.Block;

    public readonly nint InputStride(in ConvolutionCall call) => call.Depth * Row + Layout.Block;

    public readonly nint ProductStride(in ConvolutionCall call) => call.Outputs * (nint)Capacity + Layout.Block;

    public static long InputFloats(in ConvolutionCall call, int capacity) => call.Points * ((long)call.Depth * capacity + 1) * Layout.Block;

    public static long ProductFloats(in ConvolutionCall call, int capacity) => call.Points * ((long)call.Outputs * capacity + Layout.Block);
}
