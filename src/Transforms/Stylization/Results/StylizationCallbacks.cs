namespace MLNetStyle;

/// <summary>What a run calls on its way, always on the thread that runs it.</summary>
/// <remarks>An exception thrown by a callback ends the run and reaches the caller. Immutable.</remarks>
public sealed class StylizationCallbacks
{
    /// <summary>Called after every iteration.</summary>
    public Action<StylizationProgress>? Progress { get; init; }

    /// <summary>Called every <see cref="StylizationOptions.PreviewEvery"/> iterations.</summary>
    public Action<StylizationPreview>? Preview { get; init; }

    /// <summary>
    /// Called when a phase starts, with a short name for people: "measuring the style", "measuring the content", "128 x 85".
    /// </summary>
    public Action<string>? Phase { get; init; }
}

/// <summary>A picture on the way.</summary>
/// <param name="Image">The iterate at the size of the finished picture, whatever size is worked on; a copy that the receiver may
/// keep.</param>
/// <param name="Progress">Where the run stands.</param>
public sealed record StylizationPreview(PlanarImage Image, StylizationProgress Progress);
