using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Decodes picture files that are in memory.</summary>
/// <remarks>Lazy: bytes are decoded when a getter asks for their row's image. Thread-safe.</remarks>
public sealed class DecodeImagesTransformer : StyleTransformerBase
{
    internal const string Expected = "a vector of Byte, the bytes of a picture file";

    private readonly string _output, _input;
    private readonly DecodeImagesOperation _operation;

    internal DecodeImagesTransformer(TransformsCatalog catalog, DataViewSchema schema, string output, string input,
        DecodeImagesOperation operation)
        : base(catalog, null, schema) => (_output, _input, _operation) = (output, input, operation);

    /// <summary>Finds the column of bytes and checks its type.</summary>
    internal static DataViewSchema.Column Bytes(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = InputColumns.Find(schema, name);
        return column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Byte ? column
            : throw InputColumns.Mismatch(name, Expected, column.Type);
    }

    private protected override RowBinding Bind(DataViewSchema input) => new Binding(this, input);

    private protected override void Describe(SavedChain chain)
    {
        chain.Bytes(_input);
        chain.State(_operation.Save(), _input);
        chain.Map(new BytesToImageFactory(), BytesToImageFactory.Contract);
        chain.Output(_output, SavedColumns.Result, new ImageDataViewType());
    }

    private sealed class Binding(DecodeImagesTransformer parent, DataViewSchema input)
        : RowBinding(input, [new AddedColumn(parent._output, new ImageDataViewType(), Sources(input, parent._input))])
    {
        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) =>
            new Values(row, Added[0].Sources[0], Added[0].Sources.Count > 1 ? Added[0].Sources[1] : null, parent._operation);

        private static List<int> Sources(DataViewSchema input, string name)
        {
            List<int> sources = [Bytes(input, name).Index];
            if (InputColumns.Path(input, null) is { } path) sources.Add(path);
            return sources;
        }
    }

    private sealed class Values(DataViewRow row, int column, int? path, DecodeImagesOperation operation) : RowValues
    {
        public override Delegate Getter(int added)
        {
            ValueGetter<VBuffer<byte>> bytes = row.GetGetter<VBuffer<byte>>(row.Schema[column]);
            ImageCell name = new(row, column, path);
            VBuffer<byte> buffer = default;
            return ImageGetter.OfImages(() =>
            {
                bytes(ref buffer);
                try
                {
                    return operation.Apply(buffer.DenseValues().ToArray());
                }
                catch (InvalidDataException e)
                {
                    string where = name.Path() is { Length: > 0 } known ? $" ('{known}')" : "";
                    throw new ImageReadException($"Row {row.Position}{where}: the bytes of column '{row.Schema[column].Name}' can't be "
                        + $"read: "
                        + $"{e.Message}", e);
                }
            });
        }
    }
}
