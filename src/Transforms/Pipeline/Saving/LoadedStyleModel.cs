using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>A saved model that was loaded with its context: see <see cref="StyleCatalog.Load(string, out DataViewSchema?)"/>.</summary>
/// <remarks>Safe for use by several threads, as the model itself. Disposing it frees the sessions of this library's transforms in it,
/// once the rows at hand are done; rows that are read later throw an <see cref="ObjectDisposedException"/>.</remarks>
public sealed class LoadedStyleModel : ITransformer, IDisposable
{
    private readonly ITransformer _model;
    private readonly LoadScope _scope;

    private LoadedStyleModel(ITransformer model, LoadScope scope) => (_model, _scope) = (model, scope);

    /// <inheritdoc/>
    public bool IsRowToRowMapper => _model.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _model.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _model.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _model.Transform(input);

    /// <summary>Saves the model as it was loaded.</summary>
    /// <param name="ctx">Where to save.</param>
    public void Save(ModelSaveContext ctx) => _model.Save(ctx);

    /// <summary>Frees the sessions.</summary>
    public void Dispose()
    {
        foreach (IDisposable part in _scope.Parts) part.Dispose();
        (_model as IDisposable)?.Dispose();
    }

    internal static LoadedStyleModel Load(MLContext context, Func<ITransformer> load)
    {
        LoadScope scope = new(context);
        LoadedStyleModel model = new(LoadScope.Run(scope, load), scope);
        try
        {
            model.Prepare(context);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // Each custom mapping that works with an operation stands behind the two lookups of its state.
    private void Prepare(MLContext context)
    {
        List<SavedState> states = [.. States(context, _model)];
        if (states.Count != _scope.Parts.Count)
            throw new InvalidDataException($"The model has {_scope.Parts.Count} transforms of this library, but the state of "
                + $"{states.Count}: the file is damaged.");
        for (int i = 0; i < states.Count; i++) ((OperationCache)_scope.Parts[i]).Prepare(states[i]);
    }

    private static IEnumerable<SavedState> States(MLContext context, ITransformer model)
    {
        IDataView key = context.Data.LoadFromEnumerable([new StateKey { Value = 1 }]);
        float[] values = [];
        foreach (ITransformer part in Parts(model))
        {
            if (part is not ValueMappingTransformer) continue;
            DataViewSchema schema;
            try
            {
                schema = part.GetOutputSchema(key.Schema);
            }
            catch (ArgumentOutOfRangeException)
            {
                continue; // a lookup of the program's own, in another column
            }
            IDataView row = part.Transform(key);
            if (schema.GetColumnOrNull(SavedColumns.State) is { } state)
                values = [.. row.GetColumn<float[]>(state).Single()];
            if (schema.GetColumnOrNull(SavedColumns.Options) is { } options)
                yield return new SavedState(row.GetColumn<ReadOnlyMemory<char>>(options).Single().ToString(), values);
        }
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
