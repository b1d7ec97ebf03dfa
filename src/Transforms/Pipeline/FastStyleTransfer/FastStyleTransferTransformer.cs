using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Repaints pictures in one pass of a network.</summary>
/// <remarks>
/// Lazy: a picture is painted when a cursor reads it, once a row. Thread-safe: cursors on several threads take turns. Dispose it, or the
/// chain that
/// holds it, to free the network. A saved model has the network inside.
/// </remarks>
public sealed class FastStyleTransferTransformer : StyleTransformerBase
{
    private readonly FastStyleColumns _columns;
    private readonly FastStyleOperation _operation;
    private readonly string? _path;
    private readonly bool _skip;

    private FastStyleTransferTransformer(
        TransformsCatalog catalog, MLContext? context, DataViewSchema schema, FastStyleColumns columns, FastStyleOperation operation,
            string? path, bool skip)
        : base(catalog, context, schema) =>
        (_columns, _operation, _path, _skip) = (columns, operation, path, skip);

    private protected override Skipping? Skipping => Pipeline.Skipping.If(_skip, Context, nameof(FastStyleTransferTransformer));

    /// <summary>The network; <see cref="FastStyleNetwork.Save"/> writes it as an ONNX model. Disposed with the transformer.</summary>
    public FastStyleNetwork Network => _operation.Network;

    internal static FastStyleTransferTransformer Create(
        TransformsCatalog catalog, MLContext? context, DataViewSchema schema, FastStyleColumns columns, FastStyleNetwork network,
            FastStyleTransferOptions options, string usual) =>
        new(catalog, context, schema, columns, Operation(network, options, usual), options.PathColumn, options.SkipUnreadable);

    internal static FastStyleOperation Operation(FastStyleNetwork network, FastStyleTransferOptions options, string usual)
    {
        float[] weights = new float[network.Styles.Count];
        if (options.StyleWeights.Count == 0) weights[network.IndexOf(usual)] = 1;
        foreach ((string style, double weight) in options.StyleWeights) weights[network.IndexOf(style)] = (float)weight;
        if (weights.All(w => w == 0)) throw new ArgumentException("All styles have the weight 0. Give one of them more.", nameof(options));
        return new FastStyleOperation(network, weights, options.Strength, options.Threads);
    }

    private protected override RowBinding Bind(DataViewSchema input) => new Binding(this, input);

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.Input, _path);
        if (_columns.Weights is not null) chain.Vector(_columns.Weights);
        chain.State(_operation.Save(), _columns.Input);
        if (_columns.Weights is null) chain.Map(new ImageToImageFactory(), ImageToImageFactory.Contract);
        else chain.Map(new WeightedToImageFactory(), WeightedToImageFactory.Contract);
        chain.Output(_columns.Output, SavedColumns.Result, FittedOn[_columns.Input].Type);
    }

    private protected override void Free() => _operation.Dispose();

    private sealed class Binding : RowBinding
    {
        private readonly FastStyleTransferTransformer _parent;
        private readonly int _image;
        private readonly int? _weights;
        private readonly int? _path;

        public Binding(FastStyleTransferTransformer parent, DataViewSchema input)
            : base(input, Columns(parent, input), parent.Skipping)
        {
            _parent = parent;
            _image = input[parent._columns.Input].Index;
            _weights = parent._columns.Weights is { } weights ? input[weights].Index : null;
            _path = InputColumns.Path(input, parent._path);
        }

        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) => new Values(_parent, row, _image, _weights, _path);

        private static AddedColumn[] Columns(FastStyleTransferTransformer parent, DataViewSchema input)
        {
            parent._columns.Check(input);
            List<int> sources = [input[parent._columns.Input].Index];
            if (parent._columns.Weights is { } weights) sources.Add(input[weights].Index);
            if (InputColumns.Path(input, parent._path) is { } path) sources.Add(path);
            return [new AddedColumn(parent._columns.Output, InputColumns.Fitted(parent.FittedOn, parent._columns.Input), sources)];
        }
    }

    private sealed class Values : RowValues
    {
        private readonly FastStyleTransferTransformer _parent;
        private readonly DataViewRow _row;
        private readonly ImageCell _image;
        private readonly int? _weights;
        private readonly RowMemo<ImagePixels> _result;
        private ValueGetter<VBuffer<float>>? _getter;
        private VBuffer<float> _buffer;

        public Values(FastStyleTransferTransformer parent, DataViewRow row, int image, int? weights, int? path)
        {
            (_parent, _row, _weights) = (parent, row, weights);
            _image = new ImageCell(row, image, path, InputColumns.Fitted(parent.FittedOn, parent._columns.Input));
            _result = new RowMemo<ImagePixels>(row, Paint);
        }

        public override Delegate Getter(int added) => ImageGetter.Create(() => _result.Value);

        public override void Check() => _image.Check(_parent._operation.Check);

        private ImagePixels Paint()
        {
            ImagePixels image = _image.Read();
            if (_weights is not { } column) return Named(() => _parent._operation.Apply(image, (ImagePixels?)null));
            _getter ??= _row.GetGetter<VBuffer<float>>(_row.Schema[column]);
            _getter(ref _buffer);
            return Named(() => _parent._operation.Apply(image, [.. _buffer.DenseValues()]));
        }

        private ImagePixels Named(Func<ImagePixels> work) => RowFailure.Named(work, _image.Where, _image.Column);
    }
}

/// <summary>The columns of a fast style transfer; Weights is null if all rows get the same styles.</summary>
internal sealed record FastStyleColumns(string Output, string Input, string? Weights)
{
    public static FastStyleColumns Of(string output, string? input, FastStyleTransferOptions options)
    {
        InputColumns.CheckOutput(output);
        input ??= output;
        ArgumentException.ThrowIfNullOrEmpty(input, "inputColumnName");
        return new FastStyleColumns(output, input, options.StyleWeightsColumn);
    }

    public void Check(DataViewSchema schema)
    {
        InputColumns.Image(schema, Input);
        if (Weights is not null && InputColumns.Find(schema, Weights) is var column
            && (column.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single))
            throw InputColumns.Mismatch(Weights, "a vector of Single, a weight for each style", column.Type);
    }
}
