using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class PredictionEngineOptions
{
    public SchemaDefinition InputSchemaDefinition;
    public SchemaDefinition OutputSchemaDefinition;
    public bool IgnoreMissingColumns = true;
    public bool OwnsTransformer = true;
    public PredictionEngineOptions() { }
}

public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly ObjectRow<TSrc> _input;
    private readonly Action<TDst> _fill;
    private readonly DataViewRow _output;
    private readonly IDisposable _owned;
    private bool _disposed;

    private protected PredictionEngineBase(ITransformer transformer, PredictionEngineOptions options)
    {
        MemberBinding[] members = MemberBinding.Create(typeof(TSrc), SchemaDefinition.Direction.Read, options.InputSchemaDefinition);
        _input = new(members, ObjectRow<TSrc>.SchemaOf(members));
        if (!transformer.IsRowToRowMapper) throw new ArgumentException("Must be a row to row mapper.", nameof(transformer));
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(_input.Schema);
        TypedRows<TDst> rows = new(mapper.OutputSchema, options.IgnoreMissingColumns, options.OutputSchemaDefinition);
        _output = mapper.GetRow(_input, mapper.OutputSchema);
        _fill = rows.Filler(_output);
        _owned = options.OwnsTransformer ? transformer as IDisposable : null;
        OutputSchema = mapper.OutputSchema;
    }

    public DataViewSchema OutputSchema { get; }

    public TDst Predict(TSrc example)
    {
        TDst result = new();
        Predict(example, ref result);
        return result;
    }

    public abstract void Predict(TSrc example, ref TDst prediction);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _output.Dispose();
        _owned?.Dispose();
    }

    private protected void Fill(TSrc example, TDst prediction)
    {
        _input.Set(example ?? throw new ArgumentNullException(nameof(example)));
        _fill(prediction);
    }
}

public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    internal PredictionEngine(ITransformer transformer, PredictionEngineOptions options) : base(transformer, options) { }

    public override void Predict(TSrc example, ref TDst prediction)
    {
        prediction ??= new();
        Fill(example, prediction);
    }
}
