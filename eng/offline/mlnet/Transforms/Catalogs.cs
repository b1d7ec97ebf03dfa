using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class TransformExtensionsCatalog
{
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName) =>
        new(new(catalog.Environment, outputColumnName, inputColumnName));

    public static ColumnConcatenatingEstimator Concatenate(this TransformsCatalog catalog, string outputColumnName, params string[] inputColumnNames) =>
        new(new(catalog.Environment, outputColumnName, inputColumnNames));

    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        new(new(columnNames ?? throw new ArgumentNullException(nameof(columnNames)), true));

    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        new(new(columnNames ?? throw new ArgumentNullException(nameof(columnNames)), false));
}

public static class ConversionsExtensionsCatalog
{
    public static TypeConvertingEstimator ConvertType(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null, DataKind outputKind = DataKind.Single) =>
        new(new(catalog.Environment, outputColumnName, inputColumnName ?? outputColumnName, outputKind));

    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(this TransformsCatalog.ConversionTransforms catalog,
        string outputColumnName, IEnumerable<KeyValuePair<TInputType, TOutputType>> keyValuePairs, string inputColumnName = null, bool treatValuesAsKeyType = false)
    {
        if (treatValuesAsKeyType) throw new NotSupportedException("The stand-in maps to plain values only.");
        Dictionary<object, object> values = keyValuePairs.ToDictionary(p => Plain(p.Key), p => p.Value is string text ? (object)text.AsMemory() : p.Value);
        return new(new(catalog.Environment, outputColumnName, inputColumnName ?? outputColumnName, TypeOf<TInputType>(), TypeOf<TOutputType>(), values));
    }

    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(this TransformsCatalog.ConversionTransforms catalog,
        string outputColumnName, IEnumerable<KeyValuePair<TInputType, TOutputType[]>> keyValuePairs, string inputColumnName = null)
    {
        int[] sizes = [.. keyValuePairs.Select(p => p.Value.Length).Distinct()];
        Dictionary<object, object> values = keyValuePairs.ToDictionary(
            p => Plain(p.Key), p => p.Value is string[] texts ? texts.Select(t => t.AsMemory()).ToArray() : (object)p.Value);
        VectorDataViewType type = new(TypeOf<TOutputType>(), sizes.Length == 1 ? sizes[0] : 0);
        return new(new(catalog.Environment, outputColumnName, inputColumnName ?? outputColumnName, TypeOf<TInputType>(), type, values));
    }

    private static object Plain<T>(T key) => ValueMappingTransformer.Comparable(key);

    private static PrimitiveDataViewType TypeOf<T>() => StandardTypes.TryOf(typeof(T), out PrimitiveDataViewType type)
        ? type
        : throw new InvalidOperationException($"{typeof(T)} is no type that a column can hold.");
}

public static class CustomMappingCatalog
{
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(this TransformsCatalog catalog, Action<TSrc, TDst> mapAction,
        string contractName, SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class, new()
        where TDst : class, new() =>
        new(new(mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition));

    public static IDataView FilterByCustomPredicate<TSrc>(this DataOperationsCatalog catalog, IDataView input, Func<TSrc, bool> filterPredicate)
        where TSrc : class, new()
    {
        TypedRows<TSrc> rows = new(input.Schema, false, null);
        return new PredicateView<TSrc>(input, rows, filterPredicate ?? throw new ArgumentNullException(nameof(filterPredicate)));
    }

    private sealed class PredicateView<TSrc>(IDataView input, TypedRows<TSrc> rows, Func<TSrc, bool> filterOut) : ViewBase(input.Schema)
        where TSrc : class, new()
    {
        public override long? GetRowCount() => null;

        public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        {
            DataViewRowCursor cursor = input.GetRowCursor(columnsNeeded.Concat(rows.Columns).DistinctBy(c => c.Index), rand);
            Action<TSrc> fill = rows.Filler(cursor);
            TSrc row = new();
            return new PassingCursor(cursor, Schema, column => column, c =>
            {
                while (c.MoveNext())
                {
                    fill(row);
                    if (!filterOut(row)) return true;
                }

                return false;
            });
        }
    }
}
