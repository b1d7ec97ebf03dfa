using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>What the transformers with one vector a layer do with a row.</summary>
internal sealed class LayerBinding : RowBinding
{
    private readonly FeatureOperations _operation;
    private readonly int _image;
    private readonly int? _path;
    private readonly ImageDataViewType _fitted;

    public LayerBinding(DataViewSchema input, DataViewSchema fitted, LayerColumns columns, FeatureOperations operation, string? pathColumn,
        Skipping? skipping)
        : base(input, Columns(input, fitted, columns, operation, pathColumn), skipping)
    {
        (_operation, _fitted) = (operation, InputColumns.Fitted(fitted, columns.Input));
        _image = input[columns.Input].Index;
        _path = InputColumns.Path(input, pathColumn);
    }

    public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) =>
        new Values(_operation, new ImageCell(row, _image, _path, _fitted), row, active);

    /// <summary>The vector type of a layer: [C, H, W], or [C, C] of its Gram matrix; 0 stands for a side that is not known.</summary>
    public static VectorDataViewType Type(FeatureExtractor extractor, string layer, ImageDataViewType image)
    {
        long[] shape = extractor.Shape(layer, image.Height, image.Width);
        int[] dimensions = [.. shape.Select(d => checked((int)d))];
        return new VectorDataViewType(NumberDataViewType.Single, dimensions);
    }

    private static AddedColumn[] Columns(DataViewSchema input, DataViewSchema fitted, LayerColumns columns, FeatureOperations operation,
        string? pathColumn)
    {
        DataViewSchema.Column image = InputColumns.Image(input, columns.Input);
        List<int> sources = [image.Index];
        if (InputColumns.Path(input, pathColumn) is { } path) sources.Add(path);
        return [.. columns.Outputs.Select((name, i) =>
            new AddedColumn(name, Type(operation.Extractor, columns.Layers[i], InputColumns.Fitted(fitted, columns.Input)), sources))];
    }

    private sealed class Values : RowValues
    {
        private readonly FeatureOperations _operation;
        private readonly ImageCell _image;
        private readonly RowMemo<float[][]> _memo;

        public Values(FeatureOperations operation, ImageCell image, DataViewRow row, IReadOnlyList<bool> active)
        {
            (_operation, _image) = (operation, image);
            _memo = new RowMemo<float[][]>(row, () =>
            {
                ImagePixels pixels = image.Read();
                return RowFailure.Named(() => operation.Apply(pixels, active), image.Where, image.Column);
            });
        }

        public override void Check() => _image.Check(_operation.Check);

        public override Delegate Getter(int added) => VectorGetter.Create(() => _memo.Value[added]);
    }
}
