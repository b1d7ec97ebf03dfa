using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>One estimator for each pair of columns.</summary>
internal static class ColumnPairs
{
    /// <summary>Chains the estimators of pairs.</summary>
    /// <exception cref="ArgumentException">There is no pair, or one takes or makes what an earlier one makes, so that they would not be
    /// independent.</exception>
    public static EstimatorChain<T> Chain<T>(InputOutputColumnPair[] columns, Func<string, string, IEstimator<T>> estimator)
        where T : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Length == 0) throw new ArgumentException("No pair of columns is given. Give at least one.", nameof(columns));
        HashSet<string> made = [];
        EstimatorChain<T>? chain = null;
        foreach (InputOutputColumnPair pair in columns)
        {
            ArgumentNullException.ThrowIfNull(pair, nameof(columns));
            string input = pair.InputColumnName ?? pair.OutputColumnName;
            if (made.Contains(input))
                throw new ArgumentException($"The column '{input}' is made by one pair and taken by another. Append a transform of its own "
                    + "for the second.", nameof(columns));
            if (!made.Add(pair.OutputColumnName))
                throw new ArgumentException($"The column '{pair.OutputColumnName}' is made by two pairs. Name one of them otherwise.",
                    nameof(columns));
            IEstimator<T> next = estimator(pair.OutputColumnName, input);
            chain = chain is null ? new EstimatorChain<ITransformer>().Append(next) : chain.Append(next);
        }
        return chain!;
    }
}
