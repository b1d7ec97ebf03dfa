using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Computes a network and losses over it: the seam between a run and what calculates for it.</summary>
/// <remarks>An engine holds no large memory of its own; meters and evaluators do, until they are disposed.</remarks>
internal interface IStyleEngine
{
    /// <summary>The engine's name as reports show it, for example "onnx".</summary>
    string Name { get; }

    /// <summary>Makes a meter.</summary>
    /// <param name="losses">Losses that have targets.</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    /// <exception cref="InvalidOperationException">The device is not available.</exception>
    IStyleMeter CreateMeter(IReadOnlyList<Loss> losses);

    /// <summary>Makes an evaluator.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="weights">The weights of their kinds; a term also counts with its <see cref="Loss.SizeFactor"/> for the picture at
    /// hand.</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    /// <exception cref="InvalidOperationException">The device is not available.</exception>
    IStyleEvaluator CreateEvaluator(IReadOnlyList<Loss> losses, LossWeights weights);
}
