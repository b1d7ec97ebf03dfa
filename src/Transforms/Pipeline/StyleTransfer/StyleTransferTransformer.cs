using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Repaints images in a style that was measured once.</summary>
/// <remarks>
/// Lazy: a picture is made when a cursor reads it, once a row. Thread-safe: cursors on several threads work side by side as
/// <see cref="ComputeOptions.Sessions"/> says, else take turns. Dispose it, or the chain that holds it, to free the sessions; rows at hand
/// end with an <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class StyleTransferTransformer : StyleTransformerBase
{
    private readonly StyleTransferColumns _columns;
    private readonly StyleTransferOptions _options;
    private readonly StyleTransferMonitor _monitor;
    private readonly StyleTransferOperation _operation;

    internal StyleTransferTransformer(
        TransformsCatalog catalog, MLContext? context, DataViewSchema schema, StyleTransferColumns columns, StyleTransferOptions options,
            StyleTransferMonitor monitor, StyleTransferOperation operation)
        : base(catalog, context, schema) =>
        (_columns, _options, _monitor, _operation) = (columns, options, monitor, operation);

    /// <summary>The network that the pictures are made with; of a relay the one that finishes them.</summary>
    public Network Network => _operation.Network;

    /// <summary>The networks that the pictures are made with, in the order in which they take over; mostly one.</summary>
    public IReadOnlyList<Network> Networks => _operation.Networks;

    /// <summary>How many rows were painted at the same time at most, and how many sessions are held therefore; 1 or more.</summary>
    internal int Sessions => _operation.Sessions;

    private protected override Skipping? Skipping =>
        Pipeline.Skipping.If(_options.SkipUnreadable, Context, nameof(StyleTransferTransformer));

    private protected override RowBinding Bind(DataViewSchema input) => new Binding(this, input);

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.Input, _options.PathColumn);
        if (_columns.Style is not null) chain.Image(SavedColumns.Second, _columns.Style);
        chain.State(_operation.Save(), _columns.Input);
        if (_columns.Masks.Count > 0) chain.Masks(_columns.Masks);
        switch (_columns.Style is null, _columns.Masks.Count == 0)
        {
            case (true, true): chain.Map(new ImageToImageFactory(), ImageToImageFactory.Contract); break;
            case (false, true): chain.Map(new ImagesToImageFactory(), ImagesToImageFactory.Contract); break;
            case (true, false): chain.Map(new MaskedToImageFactory(), MaskedToImageFactory.Contract); break;
            default: chain.Map(new MaskedPairToImageFactory(), MaskedPairToImageFactory.Contract); break;
        }
        chain.Output(_columns.Output, SavedColumns.Result, GetOutputSchema(FittedOn)[_columns.Output].Type);
    }

    private protected override void Free() => _operation.Dispose();

    private ImagePixels Apply(ImagePixels image, ImagePixels? style, IReadOnlyList<PlanarImage> masks, long position, string? path) =>
        _operation.Apply(image, style, masks, OfRow(position, path), _monitor.Callbacks, _monitor.Cancellation, result =>
            _monitor.Completed?.Invoke(new StyleTransferRow(position, path, Network, _operation.Options, result)
            {
                Alpha = image.Alpha is null ? null : image.With(result.Image).Alpha,
            }));

    private static string OfRow(long position, string? path) =>
        $" of row {position}{(path is { Length: > 0 } ? $" ('{path}')" : "")}";

    private sealed class Binding : RowBinding
    {
        private readonly StyleTransferTransformer _parent;
        private readonly int _image;
        private readonly int? _style;
        private readonly int[] _masks;
        private readonly int? _path;

        public Binding(StyleTransferTransformer parent, DataViewSchema input)
            : base(input, Columns(parent, input), parent.Skipping)
        {
            _parent = parent;
            _image = input[parent._columns.Input].Index;
            _style = parent._columns.Style is { } style ? input[style].Index : null;
            _masks = [.. parent._columns.Masks.Select(mask => input[mask].Index)];
            _path = InputColumns.Path(input, parent._options.PathColumn);
        }

        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) =>
            new Values(_parent, row, _image, _style, _masks, _path);

        private static AddedColumn[] Columns(StyleTransferTransformer parent, DataViewSchema input)
        {
            StyleTransferColumns names = parent._columns;
            DataViewSchema.Column image = InputColumns.Image(input, names.Input);
            List<int> sources = [image.Index];
            if (names.Style is { } style) sources.Add(InputColumns.Image(input, style).Index);
            sources.AddRange(names.Masks.Select(mask => InputColumns.Image(input, mask).Index));
            if (InputColumns.Path(input, parent._options.PathColumn) is { } path) sources.Add(path);
            return [new AddedColumn(names.Output,
                StyleTransferOperation.OutputType(InputColumns.Fitted(parent.FittedOn, names.Input), parent._options), sources)];
        }
    }

    private sealed class Values : RowValues
    {
        private readonly StyleTransferTransformer _parent;
        private readonly DataViewRow _row;
        private readonly ImageCell _image;
        private readonly ImageCell? _style;
        private readonly ImageCell[] _masks;
        private readonly RowMemo<ImagePixels> _result;

        public Values(StyleTransferTransformer parent, DataViewRow row, int image, int? style, int[] masks, int? path)
        {
            (_parent, _row) = (parent, row);
            ImageCell Cell(int column, string name) => new(row, column, path, InputColumns.Fitted(parent.FittedOn, name));
            _image = Cell(image, parent._columns.Input);
            _style = style is { } column ? Cell(column, parent._columns.Style!) : null;
            _masks = [.. masks.Select((mask, i) => Cell(mask, parent._columns.Masks[i]))];
            _result = new RowMemo<ImagePixels>(row, () =>
            {
                (ImagePixels content, ImagePixels? own) = (_image.Read(), _style?.Read());
                PlanarImage[] regions = [.. _masks.Select(mask => mask.Read().Color)];
                return RowFailure.Named(() => parent.Apply(content, own, regions, row.Position, _image.Path()), _image.Where,
                    _image.Column);
            });
        }

        public override Delegate Getter(int added) => ImageGetter.Create(() => _result.Value);

        public override void Check()
        {
            ImagePixels? style = _style?.Read();
            PlanarImage[] masks = [.. _masks.Select(mask => mask.Read().Color)];
            _image.Check(image => _parent._operation.Check(image, style, masks, OfRow(_row.Position, _image.Path())));
        }
    }
}

/// <summary>The columns of a style transfer; Style is null if the style is the same for all rows.</summary>
internal sealed record StyleTransferColumns(string Output, string Input, string? Style)
{
    /// <summary>The columns of masks: those of regions, then the one that weighs the content, if there is one.</summary>
    public IReadOnlyList<string> Masks { get; init; } = [];
}
