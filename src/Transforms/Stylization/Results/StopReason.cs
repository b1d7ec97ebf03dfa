namespace MLNetStyle.Stylization;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All iterations were done.</summary>
    Completed,

    /// <summary>The last size converged within <see cref="StylizationOptions.Tolerance"/>, or no lower loss could be found there.</summary>
    Converged,

    /// <summary>The caller cancelled; the picture is the best one up to then.</summary>
    Cancelled,
}
