using BenchmarkDotNet.Running;
using MLNetStyle.Benchmarks.Kernels;
using MLNetStyle.Benchmarks.Quality;
using MLNetStyle.Benchmarks.SideBySide;

return args switch
{
    ["side-by-side", .. var rest] => Comparison.Run(rest),
    ["evaluate", .. var rest] => Evaluation.Run(rest),
    ["quality", .. var rest] => NetworkComparison.Run(rest),
    ["tune", .. var rest] => Tuning.Run(rest),
    ["fast-styles", .. var rest] => FastStyles.Run(rest),
    ["train-step", .. var rest] => TrainStep.Run(rest),
    ["activations", .. var rest] => ActivationTable.Run(rest),
    ["engines", .. var rest] => EngineRounds.Run(rest),
    ["optimizers", .. var rest] => OptimizerTimes.Run(rest),
    ["cursors", .. var rest] => CursorTimes.Run(rest),
    ["engine", .. var rest] => EngineComparison.Run(rest),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Comparison).Assembly).Run(args).Any() ? 0 : 1,
};
