using System.Collections;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;

    public readonly TLastTransformer LastTransformer;

    public TransformerChain(params ITransformer[] transformers) : this(transformers, transformers?.Select(_ => TransformerScope.Everything)) { }

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        _transformers = [.. transformers ?? throw new ArgumentNullException(nameof(transformers))];
        _scopes = [.. scopes];
        if (_scopes.Length != _transformers.Length) throw new ArgumentException("Needs one scope for each transformer.", nameof(scopes));
        if (_transformers.Length > 0)
        {
            LastTransformer = _transformers[^1] as TLastTransformer
                ?? throw new ArgumentException($"The last transformer is a {_transformers[^1]?.GetType()}, not a {typeof(TLastTransformer)}.", nameof(transformers));
        }
    }

    bool ITransformer.IsRowToRowMapper => _transformers.All(t => t.IsRowToRowMapper);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetOutputSchema(inputSchema, TransformerScope.Everything);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope) =>
        Chosen(scope).Aggregate(inputSchema ?? throw new ArgumentNullException(nameof(inputSchema)), (schema, transformer) => transformer.GetOutputSchema(schema));

    public IDataView Transform(IDataView input) => Transform(input, TransformerScope.Everything);

    public IDataView Transform(IDataView input, TransformerScope scope)
    {
        // The whole chain's schema is checked first, so that a mismatch shows here and not in the middle.
        GetOutputSchema((input ?? throw new ArgumentNullException(nameof(input))).Schema, scope);
        return Chosen(scope).Aggregate(input, (view, transformer) => transformer.Transform(view));
    }

    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter) => new([.. Chosen(scopeFilter)]);

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer =>
        new(_transformers.Append(transformer ?? throw new ArgumentNullException(nameof(transformer))), _scopes.Append(scope));

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (IDisposable transformer in _transformers.OfType<IDisposable>()) transformer.Dispose();
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Loaders.Chain);
        writer.Write(_transformers.Length);
        for (int i = 0; i < _transformers.Length; i++)
        {
            writer.Write((int)_scopes[i]);
            ModelSaveContext.SaveModel(_transformers[i], writer);
        }
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!((ITransformer)this).IsRowToRowMapper) throw new InvalidOperationException("GetRowToRowMapper method called despite IsRowToRowMapper being false.");
        List<IRowToRowMapper> mappers = [];
        foreach (ITransformer transformer in _transformers)
        {
            mappers.Add(transformer.GetRowToRowMapper(mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema));
        }

        return new ChainMapper(inputSchema, [.. mappers]);
    }

    private IEnumerable<ITransformer> Chosen(TransformerScope scope) => _transformers.Where((_, i) => (_scopes[i] & scope) != 0);

    private sealed class ChainMapper(DataViewSchema inputSchema, IRowToRowMapper[] mappers) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => inputSchema;
        public DataViewSchema OutputSchema => mappers.Length == 0 ? inputSchema : mappers[^1].OutputSchema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            Enumerable.Reverse(mappers).Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            IEnumerable<DataViewSchema.Column>[] active = new IEnumerable<DataViewSchema.Column>[mappers.Length];
            IEnumerable<DataViewSchema.Column> needed = activeColumns;
            for (int i = mappers.Length - 1; i >= 0; i--)
            {
                active[i] = needed;
                needed = mappers[i].GetDependencies(needed);
            }

            DataViewRow row = input;
            for (int i = 0; i < mappers.Length; i++) row = mappers[i].GetRow(row, active[i]);
            return row;
        }
    }
}

public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IEstimator<ITransformer>[] _estimators;
    private readonly TransformerScope[] _scopes;
    private readonly bool[] _cacheAfter;

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain() : this([], [], []) { }

    internal EstimatorChain(IEstimator<ITransformer>[] estimators, TransformerScope[] scopes, bool[] cacheAfter)
    {
        (_estimators, _scopes, _cacheAfter) = (estimators, scopes, cacheAfter);
        LastEstimator = estimators.LastOrDefault() as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        IDataView view = input;
        ITransformer[] fitted = new ITransformer[_estimators.Length];
        for (int i = 0; i < fitted.Length; i++)
        {
            fitted[i] = _estimators[i].Fit(view);
            view = fitted[i].Transform(view);
            if (_cacheAfter[i] && i < fitted.Length - 1) view = new CacheView(view);
        }

        return new(fitted, _scopes);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        _estimators.Aggregate(inputSchema ?? throw new ArgumentNullException(nameof(inputSchema)), (shape, estimator) => estimator.GetOutputSchema(shape));

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new([.. _estimators, (IEstimator<ITransformer>)estimator], [.. _scopes, scope], [.. _cacheAfter, false]);
    }

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        return _estimators.Length == 0 ? this : new(_estimators, _scopes, [.. _cacheAfter[..^1], true]);
    }
}
