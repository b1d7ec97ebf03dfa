using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>An estimator that keeps the shape it is shown: ML.NET has no public way to make one of a schema.</summary>
internal sealed class ShapeProbe : IEstimator<ITransformer>
{
    private SchemaShape? _seen;

    /// <summary>The shape of a view, as a chain tells it to its links.</summary>
    public static SchemaShape Of(IDataView rows)
    {
        ShapeProbe probe = new();
        new EstimatorChain<ITransformer>().Append(probe).Fit(rows);
        return probe._seen!;
    }

    public ITransformer Fit(IDataView input) => new MLContext().Transforms.CopyColumns("x", input.Schema[0].Name).Fit(input);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _seen = inputSchema;
}
