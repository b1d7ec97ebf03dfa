using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Loads picture files upright and in sRGB.</summary>
/// <remarks>Lazy: a file is read when a getter asks for its row's image. Thread-safe.</remarks>
public sealed class LoadPicturesTransformer : StyleTransformerBase
{
    private readonly string _output, _input;
    private readonly LoadPicturesOperation _operation;

    internal LoadPicturesTransformer(TransformsCatalog catalog, DataViewSchema schema, string output, string input,
        LoadPicturesOperation operation)
        : base(catalog, null, schema) =>
        (_output, _input, _operation) = (output, input, operation);

    private protected override RowBinding Bind(DataViewSchema input) => new Binding(this, input);

    private protected override void Describe(SavedChain chain)
    {
        chain.Text(_input);
        chain.State(_operation.Save(), _output);
        chain.Map(new PathToImageFactory(), PathToImageFactory.Contract);
        chain.Output(_output, SavedColumns.Result, new ImageDataViewType());
    }

    private sealed class Binding(LoadPicturesTransformer parent, DataViewSchema input)
        : RowBinding(input, [new AddedColumn(parent._output, new ImageDataViewType(), [InputColumns.Text(input, parent._input).Index])])
    {
        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) =>
            new Values(row, Added[0].Sources[0], parent._operation);
    }

    private sealed class Values(DataViewRow row, int column, LoadPicturesOperation operation) : RowValues
    {
        public override Delegate Getter(int added)
        {
            ValueGetter<ReadOnlyMemory<char>> path = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[column]);
            ReadOnlyMemory<char> text = default;
            return ImageGetter.OfImages(() =>
            {
                path(ref text);
                try
                {
                    return operation.Apply(text.ToString());
                }
                catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
                {
                    throw new ImageReadException($"Row {row.Position}: {e.Message}", e) { NamesFile = !text.Span.IsWhiteSpace() };
                }
            });
        }
    }
}
