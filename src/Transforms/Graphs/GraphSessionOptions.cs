namespace MLNetStyle.Graphs;

/// <summary>How a <see cref="GraphSession"/> computes.</summary>
/// <remarks>Immutable once made and safe to share between threads.</remarks>
public sealed record GraphSessionOptions
{
    /// <summary>The device; the CPU if nothing is said.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>
    /// Whether threads that wait for work keep their core busy for a while: faster in long graphs, but in the way of other threads that
    /// compute in turn with the session. On if nothing is said.
    /// </summary>
    public bool Spinning { get; init; } = true;

    /// <summary>How many threads compute on the CPU; 0 for one on each core.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
