using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Writes images as picture files.</summary>
/// <remarks>
/// Lazy: a file is written when a cursor's getter asks for its path, once a row and cursor. A view keeps the name of every file that it has
/// written, to tell when two rows share one; in a loaded model, which can't tell rows apart, two rows of the very same name overwrite each
/// other. A file that was there before is refused unless <see cref="SaveImagesOptions.Overwrite"/> or
/// <see cref="SaveImagesOptions.SkipExisting"/> is set. Thread-safe.
/// </remarks>
public sealed class SaveImagesTransformer : StyleTransformerBase
{
    private readonly SaveImagesColumns _columns;
    private readonly SaveImagesOperation _operation;

    internal SaveImagesTransformer(TransformsCatalog catalog, DataViewSchema schema, SaveImagesColumns columns, string folder,
        SaveImagesOptions options)
        : base(catalog, null, schema) => (_columns, _operation) = (columns, new SaveImagesOperation(folder, options));

    private protected override RowBinding Bind(DataViewSchema input) => new Binding(this, input);

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.Input);
        chain.Text(FittedOn[_columns.Names(FittedOn)].Name);
        chain.State(_operation.Save(), _columns.Input);
        chain.Map(new ImageToFileFactory(), ImageToFileFactory.Contract);
        chain.Output(_columns.Output, SavedColumns.Result, TextDataViewType.Instance);
    }

    private sealed class Binding(SaveImagesTransformer parent, DataViewSchema input) : RowBinding(input,
        [new AddedColumn(parent._columns.Output, TextDataViewType.Instance,
            [InputColumns.Image(input, parent._columns.Input).Index, parent._columns.Names(input)])])
    {
        private readonly WrittenNames _written = new();

        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) =>
            new Values(row, Added[0].Sources[0], Added[0].Sources[1], parent._operation, _written);
    }

    private sealed class Values : RowValues
    {
        private readonly DataViewRow _row;
        private readonly ImageCell _image;
        private readonly SaveImagesOperation _operation;
        private readonly WrittenNames _written;
        private readonly RowMemo<string> _path;

        public Values(DataViewRow row, int image, int name, SaveImagesOperation operation, WrittenNames written)
        {
            (_row, _operation, _written) = (row, operation, written);
            _image = new ImageCell(row, image, name);
            _path = new RowMemo<string>(row, Save);
        }

        public override Delegate Getter(int added) => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
            value = _path.Value.AsMemory());

        private string Save()
        {
            string name = _image.Path() ?? "";
            DataViewRowId? id = null;
            if (_row is DataViewRowCursor) // rows of a prediction engine come again and again
            {
                DataViewRowId own = default;
                _row.GetIdGetter()(ref own);
                id = own;
            }
            try
            {
                return _operation.Apply(_image.Read, name, id, _written);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
            {
                throw new IOException($"Row {_row.Position}: the image of column '{_image.Column}' can't be saved: "
                    + $"{e.Message}", e);
            }
        }
    }
}
