using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class CompositionTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void StandardTransformsGoBeforeAndAfterAndSurviveSaving()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1, 60, 50);
        IDataView rows = folder.Rows(_ml, "a.png");
        var pipeline = _ml.Transforms.LoadImages("Loaded", folder.Path, "Path")
            .Append(_ml.Transforms.ResizeImages("Image", TestRows.Width, TestRows.Height, "Loaded"))
            .Append(_ml.Transforms.CopyColumns("Content", "Image"))
            .Append(_ml.Transforms.StyleTransfer("Painted", "Content", folder.Add("style.png", 50), TestRows.Options))
            .Append(_ml.Transforms.PreserveColor("Kept", "Painted", "Content"))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Kept"))
            .Append(_ml.Transforms.ConvertToImage(TestRows.Height, TestRows.Width, "Again", "Pixels"))
            .Append(_ml.Transforms.ResizeImages("Small", 8, 8, "Again"))
            .Append(_ml.Transforms.CopyColumns("Copy", "Small"))
            .Append(_ml.Transforms.DropColumns("Loaded", "Painted", "Pixels"));
        ITransformer model = pipeline.Fit(rows);
        IDataView view = model.Transform(rows), loaded = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        Assert.Equal(TestRows.FirstImage(view, "Kept"), TestRows.FirstImage(view, "Again"));
        Assert.Equal(8 * 8 * 4, TestRows.FirstImage(view, "Copy").Length);
        foreach (string column in new[] { "Kept", "Again", "Copy" }) Assert.Equal(TestRows.FirstImage(view, column),
            TestRows.FirstImage(loaded, column));
        Assert.Null(loaded.Schema.GetColumnOrNull("Painted"));
    }

    [Fact]
    public void PixelsCanBecomeTheContent()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        ITransformer model = _ml.Transforms.ExtractPixels("Pixels", "Image")
            .Append(_ml.Transforms.ConvertToImage(TestRows.Height, TestRows.Width, "Made", "Pixels"))
            .Append(_ml.Transforms.StyleTransfer("Styled", "Made", style, TestRows.Options)).Fit(rows);
        using StyleTransferTransformer direct = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        Assert.Equal(TestRows.FirstImage(direct.Transform(rows), "Styled"), TestRows.FirstImage(model.Transform(rows), "Styled"));
    }

    [Fact]
    public void AnOutputMayTakeTheNameOfItsInput()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        ITransformer inPlace = _ml.Transforms.StyleTransfer("Image", "Image", style, TestRows.Options).Fit(rows);
        ITransformer beside = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        byte[] expected = TestRows.FirstImage(beside.Transform(rows), "Styled");
        Assert.Equal(expected, TestRows.FirstImage(inPlace.Transform(rows), "Image"));
        Assert.Equal(expected, TestRows.FirstImage(TestRows.Reload(_ml, inPlace, rows.Schema).Transform(rows), "Image"));
    }

    [Fact]
    public void ShapesAgreeWithSchemas()
    {
        IDataView sized = TestRows.Sized(_ml, 1);
        using TestFolder folder = new();
        string style = folder.Add("a.png", 1);
        IDataView unsized = _ml.Transforms.LoadImages("Image", folder.Path, "Path").Append(_ml.Transforms.CopyColumns("Other", "Image"))
            .Fit(folder.Rows(_ml, "a.png")).Transform(folder.Rows(_ml, "a.png"));
        GramStatisticsOptions grams = new() { Network = TestRows.Features.Network };
        foreach (IDataView rows in new[] { sized, unsized })
        {
            Check(rows, _ml.Transforms.StyleTransfer("Out", "Image", style, TestRows.Options));
            Check(rows, _ml.Transforms.StyleTransferFromColumn("Out", "Image", "Other", TestRows.Options));
            Check(rows, _ml.Transforms.PreserveColor("Out", "Image", "Other"));
            Check(rows, _ml.Transforms.StyleDistance("Out", "Image", "Other", new StyleDistanceOptions { Network = grams.Network }));
            Check(rows, _ml.Transforms.VggFeatures("Out", "Image", ["relu1_1", "pool2"], TestRows.Features));
            Check(rows, _ml.Transforms.GramStatistics("Out", "Image", grams));
        }
        IDataView features = _ml.Transforms.VggFeatures("Features", "Image", "relu2_1", TestRows.Features).Fit(sized).Transform(sized);
        Check(features, _ml.Transforms.GramStatistics("Out", "Features"));
    }

    private static void Check<T>(IDataView rows, IEstimator<T> estimator) where T : class, ITransformer
    {
        DataViewSchema output = estimator.Fit(rows).GetOutputSchema(rows.Schema);
        SchemaShape shape = estimator.GetOutputSchema(ShapeProbe.Of(rows));
        string[] expected = [.. output.Where(column => !column.IsHidden).Select(Describe).Order()];
        Assert.Equal(expected, shape.Select(column => $"{column.Name} {column.Kind} {column.ItemType}").Order());
    }

    private static string Describe(DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? $"{column.Name} {(vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector)} "
            + $"{vector.ItemType}"
        : $"{column.Name} {SchemaShape.Column.VectorKind.Scalar} {column.Type}";
}
