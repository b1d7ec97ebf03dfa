using MLNetStyle.Kernels;

namespace MLNetStyle.Stylization;

/// <summary>Shares work on long vectors out to threads, in pieces that depend on the length alone, so that sums do not depend on the threads.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal sealed class VectorPieces(int threads) : IDisposable
{
    /// <summary>Elements of a piece; the last one has the rest.</summary>
    public const int Elements = 16384;

    private readonly WorkerPool _pool = new(threads);

    /// <summary>Threads are not collected by themselves.</summary>
    ~VectorPieces() => _pool?.Stop();

    /// <summary>How many pieces a vector has.</summary>
    public static int Count(int length) => (length + Elements - 1) / Elements;

    /// <summary>Where a piece begins and how many elements it has.</summary>
    public static (int First, int Count) Range(int piece, int length) => (piece * Elements, Math.Min(Elements, length - piece * Elements));

    /// <summary>Does all pieces.</summary>
    public void Run(Work work, int length)
    {
        _pool.Run(work, Count(length));
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        _pool.Dispose();
        GC.SuppressFinalize(this);
    }
}
