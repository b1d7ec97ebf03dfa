using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly ColumnConcatenatingTransformer _transformer;

        internal ColumnConcatenatingEstimator(ColumnConcatenatingTransformer transformer) => _transformer = transformer;

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            _transformer.GetOutputSchema((input ?? throw new ArgumentNullException(nameof(input))).Schema);
            return _transformer;
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            SchemaShape.Column[] sources = [.. _transformer.InputNames.Select(inputSchema.Require)];
            if (sources.Any(s => s.IsKey || !ReferenceEquals(s.ItemType, sources[0].ItemType)))
            {
                throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{_transformer.OutputName}' can't be concatenated of unlike types: {string.Join(", ", sources.Select(s => s.TypeString))}.");
            }

            SchemaShape.Column.VectorKind kind = sources.Any(s => s.Kind == SchemaShape.Column.VectorKind.VariableVector)
                ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
            return inputSchema.With(new SchemaShape.Column(_transformer.OutputName, kind, sources[0].ItemType, false));
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string Signature = "Concatenate";

        internal ColumnConcatenatingTransformer(IHostEnvironment environment, string output, string[] inputs) : base(environment)
        {
            if (inputs is not { Length: > 0 }) throw new ArgumentException("Needs at least one input column.", nameof(inputs));
            (OutputName, InputNames) = (output, inputs);
        }

        internal string OutputName { get; }
        internal string[] InputNames { get; }

        internal static ITransformer Load(ModelLoadContext context) =>
            new ColumnConcatenatingTransformer(context.Environment, context.Reader.ReadString(), context.Reader.ReadStrings());

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            BinaryWriter writer = ctx.Begin(Signature);
            writer.Write(OutputName);
            writer.WriteStrings(InputNames);
        }

        private protected override RowMapping Map(DataViewSchema input)
        {
            DataViewSchema.Column[] sources = [.. InputNames.Select(name => input.GetColumnOrNull(name)
                ?? throw new ArgumentOutOfRangeException("inputSchema", $"Could not find input column '{name}'"))];
            if (sources[0].Type.Item() is not PrimitiveDataViewType item || sources.Any(s => !s.Type.Item().Equals(item)))
            {
                throw new ArgumentOutOfRangeException("inputSchema", $"Column '{OutputName}' can't be concatenated of unlike types: {string.Join(", ", sources.Select(s => s.Type))}.");
            }

            int[] sizes = [.. sources.Select(s => s.Type is VectorDataViewType vector ? vector.Size : 1)];
            VectorDataViewType type = new(item, sizes.Contains(0) ? 0 : sizes.Sum());
            MethodInfo make = typeof(ColumnConcatenatingTransformer).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static).MakeGenericMethod(item.RawType);
            return new OneColumn(input, new(OutputName, type), sources,
                row => ((Delegate)make.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, sources], null), null));
        }

        private static ValueGetter<VBuffer<T>> Make<T>(DataViewRow row, DataViewSchema.Column[] sources)
        {
            Action<List<T>>[] readers = [.. sources.Select(source => source.Type is VectorDataViewType ? Vector<T>(row, source) : Scalar<T>(row, source))];
            return (ref VBuffer<T> value) =>
            {
                List<T> items = [];
                Array.ForEach(readers, read => read(items));
                VBuffer<T>.Copy([.. items], 0, ref value, items.Count);
            };
        }

        private static Action<List<T>> Scalar<T>(DataViewRow row, DataViewSchema.Column source)
        {
            ValueGetter<T> get = row.GetGetter<T>(source);
            T value = default;
            return items =>
            {
                get(ref value);
                items.Add(value);
            };
        }

        private static Action<List<T>> Vector<T>(DataViewRow row, DataViewSchema.Column source)
        {
            ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
            VBuffer<T> value = default;
            return items =>
            {
                get(ref value);
                items.AddRange(value.DenseValues());
            };
        }
    }
}
