using MLNetStyle.Losses;

namespace MLNetStyle;

/// <summary>What is compared of the style's and the picture's feature maps. <see cref="StyleStatistics"/> has names and losses for
/// each.</summary>
public enum StyleStatistic
{
    /// <summary>The products of every two channels (<see cref="GramStyleLoss"/>).</summary>
    Gram,

    /// <summary>The same about the channels' means (<see cref="CovarianceStyleLoss"/>).</summary>
    Covariance,

    /// <summary>Mean and standard deviation of every channel (<see cref="MeanStdStyleLoss"/>).</summary>
    MeanStd,

    /// <summary>Maximum mean discrepancy, linear kernel (<see cref="LinearMmdStyleLoss"/>).</summary>
    MmdLinear,

    /// <summary>Maximum mean discrepancy, polynomial kernel of degree 2 (<see cref="PolynomialMmdStyleLoss"/>).</summary>
    MmdPolynomial,

    /// <summary>Maximum mean discrepancy, Gaussian kernel (<see cref="GaussianMmdStyleLoss"/>).</summary>
    MmdGaussian,

    /// <summary>The 2-Wasserstein distance of Gaussians (<see cref="WassersteinStyleLoss"/>).</summary>
    Wasserstein,

    /// <summary>The histogram of every channel (<see cref="HistogramStyleLoss"/>).</summary>
    Histogram,

    /// <summary>Each place beside the style's place that is most like it (<see cref="NearestNeighborStyleLoss"/>).</summary>
    NearestNeighbor,

    /// <summary>The relaxed earth mover's distance of sampled places (<see cref="OptimalTransportStyleLoss"/>).</summary>
    OptimalTransport,

    /// <summary>The distribution along many directions (<see cref="SlicedWassersteinStyleLoss"/>).</summary>
    SlicedWasserstein,
}
