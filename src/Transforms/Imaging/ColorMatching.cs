namespace MLNetStyle.Imaging;

/// <summary>Which of the linear maps between two covariances <see cref="ColorTransfer.MatchHistogram(PlanarImage, PlanarImage, ColorMatching)"/> takes.</summary>
public enum ColorMatching
{
    /// <summary>
    /// The product of the symmetric square roots, C^(1/2) S^(-1/2): independent of the order of the channels, as in Image Analogies
    /// (Hertzmann et al. 2001, section 3.4).
    /// </summary>
    SquareRoot,

    /// <summary>The product of the Cholesky factors, L_C L_S^(-1): cheaper, and a little different for each order of the channels.</summary>
    Cholesky,
}
