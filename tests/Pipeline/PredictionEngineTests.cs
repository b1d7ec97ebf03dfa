using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class PredictionEngineTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void StylesOneRowAtATime()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        List<byte[]> expected = TestRows.Images(model.Transform(rows), "Styled");
        using PredictionEngine<TestRows.SizedRow, TestRows.StyledRow> engine = _ml.Model.CreatePredictionEngine<TestRows.SizedRow, TestRows.StyledRow>(model);
        foreach (int seed in new[] { 1, 2, 1 })
        {
            using MLImage content = TestRows.Image(seed), other = TestRows.Image(seed + 100);
            TestRows.StyledRow styled = engine.Predict(new TestRows.SizedRow { Image = content, Other = other });
            Assert.Equal(expected[seed - 1], TestRows.Rgba(styled.Styled!));
        }
    }

    [Fact]
    public void WorksOnALoadedModelOfFiles()
    {
        using TestFolder folder = new();
        string a = folder.Add("a.png", 1), b = folder.Add("b.png", 2, 20, 50);
        IDataView rows = folder.Rows(_ml, a, b);
        ITransformer model = _ml.Transforms.LoadImages("Image", "", "Path")
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.Add("style.png", 50), TestRows.Options)).Fit(rows);
        List<byte[]> expected = TestRows.Images(model.Transform(rows), "Styled");
        MLContext other = new();
        using PredictionEngine<TestRows.PathRow, Picture> engine = other.Model.CreatePredictionEngine<TestRows.PathRow, Picture>(TestRows.Reload(_ml, model, rows.Schema, other));
        Assert.Equal(expected[1], TestRows.Rgba(engine.Predict(new TestRows.PathRow { Path = b }).Styled!));
        Assert.Equal(expected[0], TestRows.Rgba(engine.Predict(new TestRows.PathRow { Path = a }).Styled!));
    }

    [Fact]
    public void AModelThatLeavesRowsOutIsNoneForAnEngineUntilItIsLoaded()
    {
        using TestFolder folder = new();
        string a = folder.Add("a.png", 1);
        StyleTransferOptions options = TestRows.Options;
        options.SkipUnreadable = true;
        IDataView rows = folder.Rows(_ml, a);
        ITransformer model = _ml.Transforms.LoadImages("Image", "", "Path")
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.Add("style.png", 50), options)).Fit(rows);
        Assert.False(model.IsRowToRowMapper);
        Assert.ThrowsAny<Exception>(() => _ml.Model.CreatePredictionEngine<TestRows.PathRow, Picture>(model));
        ITransformer loaded = TestRows.Reload(_ml, model, rows.Schema);
        using PredictionEngine<TestRows.PathRow, Picture> engine = _ml.Model.CreatePredictionEngine<TestRows.PathRow, Picture>(loaded);
        Assert.Contains("none.png", Assert.ThrowsAny<Exception>(() =>
            engine.Predict(new TestRows.PathRow { Path = folder.File("none.png") })).Message);
    }

    private sealed class Picture
    {
        public MLImage? Styled { get; set; }
    }
}
