namespace MLNetStyle.Imaging;

/// <summary>The interpolation kernel for enlarging an image. Shrinking always uses an antialiased Lanczos-3 window.</summary>
public enum ResizeKernel
{
    /// <summary>
    /// The cubic through four samples with a = -1/2: smooth, little ringing.
    /// Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, equation 15.
    /// </summary>
    CatmullRom,

    /// <summary>
    /// sinc(x) sinc(x / 3) over six samples: sharper than the cubic, with visible ringing at hard edges.
    /// Duchon, "Lanczos Filtering in One and Two Dimensions", 1979.
    /// </summary>
    Lanczos3,
}
