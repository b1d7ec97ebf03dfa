namespace MLNetStyle.Kernels;

/// <summary>A map seen through a linear map over its channels.</summary>
internal sealed class MapTap(FeatureMap under, FeatureMap seen, AlignedBuffer forward, AlignedBuffer backward) : IDisposable
{
    public FeatureMap Under => under;

    public FeatureMap Seen => seen;

    /// <summary>The matrix as the kernel reads it.</summary>
    public AlignedBuffer Forward => forward;

    /// <summary>The same of its transpose.</summary>
    public AlignedBuffer Backward => backward;

    public void Dispose()
    {
        seen.Forget();
        forward.Dispose();
        backward.Dispose();
    }
}
