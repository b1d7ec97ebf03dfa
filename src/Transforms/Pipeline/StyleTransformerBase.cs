using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>What all transformers of this library have in common.</summary>
/// <remarks>
/// The types of the columns are those that Fit saw: an image column that had a size keeps it, and images of another size are brought to
/// it as <c>ResizeImages</c> (Fill) does. Live and loaded alike.
/// Transforming is lazy: a value is computed when a cursor reads it, once a row, and not at all if nobody asks for the column.
/// Thread-safe: cursors on several threads take turns, or work side by side as <see cref="ComputeOptions.Sessions"/> says. Disposing a
/// transformer, or the <c>TransformerChain</c> that holds it, frees the sessions; of a model that was loaded, disposing what
/// <see cref="StyleCatalog.Load(string, out DataViewSchema?)"/> gave does, and what <c>ml.Model.Load</c> gave frees them when it is
/// collected.
/// </remarks>
public abstract class StyleTransformerBase : ITransformer, IDisposable
{
    private bool _disposed;

    private protected StyleTransformerBase(TransformsCatalog catalog, MLContext? context, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(inputSchema);
        (Catalog, Context, FittedOn) = (catalog, context, inputSchema);
        ImageColumns.TryRegister(new ImageDataViewType()); // so that rows with a plain MLImage member can be read and written
    }

    /// <summary>
    /// Whether every row gives one row, so that a PredictionEngine can be made of the model: no where rows that can't be read are left out.
    /// </summary>
    public bool IsRowToRowMapper => Skipping is null;

    private protected TransformsCatalog Catalog { get; }

    private protected MLContext? Context { get; }

    /// <summary>The schema of the view that the transformer was fitted on: the one that a saved model is bound to.</summary>
    private protected DataViewSchema FittedOn { get; }

    /// <summary>The schema after transforming.</summary>
    /// <param name="inputSchema">The schema before.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema).OutputSchema;

    /// <summary>The mapper that works row by row.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">Rows are left out, so there is none: see <see cref="IsRowToRowMapper"/>.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        RowMapper mapper = Mapper(inputSchema);
        return Skipping is null ? mapper : throw new InvalidOperationException(
            "The transformer leaves rows out, so it does not map row to row. Set SkipUnreadable to false for a PredictionEngine.");
    }

    /// <summary>A view with the added columns. Nothing is computed before a cursor reads it.</summary>
    /// <param name="input">The view to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of another type.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new MappedView(Mapper(input.Schema), input);
    }

    /// <summary>
    /// Saves the transformer as a chain of ML.NET's own transformers that do the same, so that a process which has never seen
    /// this one can load it by <c>Model.Load</c>, provided that this assembly lies beside it. Device, callbacks and what to do
    /// with unreadable rows are not saved: a loaded model runs as <see cref="LoadedModels"/> says and fails at such a row.
    /// </summary>
    /// <param name="ctx">Where to save.</param>
    public void Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        SavedChain chain = new(Catalog, FittedOn);
        Describe(chain);
        ((ICanSaveModel)chain.ToTransformer()).Save(ctx);
    }

    /// <summary>Frees the session and the network.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>How rows that can't be worked on are left out; null if they are errors.</summary>
    private protected virtual Skipping? Skipping => null;

    private protected abstract RowBinding Bind(DataViewSchema input);

    private protected abstract void Describe(SavedChain chain);

    private protected virtual void Free()
    {
    }

    private RowMapper Mapper(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        RowBinding binding = Bind(input);
        foreach (AddedColumn column in binding.Added)
            if (column.Type is ImageDataViewType { Width: > 0, Height: > 0 } type) ImageColumns.TryRegister(type);
        return new RowMapper(binding);
    }
}
