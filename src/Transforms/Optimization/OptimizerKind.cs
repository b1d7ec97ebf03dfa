using MLNetStyle.Optimization;

namespace MLNetStyle;

/// <summary>The methods that can drive a run.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="LbfgsOptimizer"/>: fewer evaluations, and no step size to choose.</summary>
    Lbfgs,

    /// <summary><see cref="AdamOptimizer"/>: steps of a fixed size in pixel levels; takes any loss, however rough.</summary>
    Adam,
}
