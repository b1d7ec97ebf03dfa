using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>Every failure of a row names row, path and column, and SkipUnreadable leaves the row out, for all transforms.</summary>
public sealed class RowFailureTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    public RowFailureTests()
    {
        _folder.Add("a.png", 1, 40, 40);
        _folder.Add("small.png", 2, 9, 9);
        File.WriteAllText(_folder.File("page.png"), "<html>");
        _folder.Add("b.png", 3, 44, 44);
    }

    [Theory]
    [InlineData("StyleTransfer", false)]
    [InlineData("PreserveColor", false)]
    [InlineData("ApplyFastStyles", false)]
    [InlineData("StyleDistance", true)]
    [InlineData("VggFeatures", true)]
    [InlineData("GramStatistics", true)]
    public void RowsThatCantBeWorkedOnAreNamedOrLeftOut(string kind, bool smallFails)
    {
        List<string> warnings = [];
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.Message);
        };
        IDataView rows = _folder.Rows(_ml, "a.png", "small.png", "page.png", "b.png");
        IDataView strict = Load(rows, Of(kind, false)), skipping = Load(rows, Of(kind, true));
        ImageReadException error = Assert.Throws<ImageReadException>(() => Count(strict));
        if (smallFails) Assert.StartsWith("Row 1 ('small.png'): the image of column 'Image' can't be worked on", error.Message);
        else Assert.Contains("page.png", error.Message);
        Assert.StartsWith(smallFails ? "Row 1" : "Row 2", error.Message);
        Assert.Equal(smallFails ? 2 : 3, Count(skipping));
        Assert.Equal(smallFails ? ["a.png", "b.png"] : ["a.png", "small.png", "b.png"],
            skipping.GetColumn<string>(skipping.Schema["Path"]));
        if (kind is not ("PreserveColor" or "ApplyFastStyles")) // which are given no context
            Assert.Contains(warnings, warning => warning.Contains("page.png"));
    }

    [Fact]
    public void PositionsCountTheRowsThatAreGiven()
    {
        IDataView rows = _folder.Rows(_ml, "page.png", "a.png", "page.png", "b.png");
        IDataView view = Load(rows, Of("PreserveColor", true));
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        List<long> positions = [];
        while (cursor.MoveNext()) positions.Add(cursor.Position);
        Assert.Equal([0, 1], positions);
        Assert.Null(view.GetRowCount());
    }

    [Fact]
    public void OnlyWhatLeavesNoRowOutMapsRowToRow()
    {
        IDataView images = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path").Fit(_folder.Rows(_ml, "a.png"))
            .Transform(_folder.Rows(_ml, "a.png"));
        foreach (string kind in new[] { "StyleTransfer", "PreserveColor", "ApplyFastStyles", "StyleDistance", "VggFeatures",
            "GramStatistics" })
        {
            ITransformer strict = Of(kind, false).Fit(images), skipping = Of(kind, true).Fit(images);
            Assert.True(strict.IsRowToRowMapper);
            Assert.False(skipping.IsRowToRowMapper);
            Assert.Contains("SkipUnreadable", Assert.Throws<InvalidOperationException>(() =>
                skipping.GetRowToRowMapper(images.Schema)).Message);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2000, 3)]
    public void APictureOfAnOddSizeIsPaintedOrNamed(int width, int height)
    {
        _folder.Add("odd.png", 5, width, height);
        foreach (string kind in new[] { "StyleTransfer", "PreserveColor", "ApplyFastStyles", "VggFeatures" })
        {
            IDataView rows = _folder.Rows(_ml, "a.png", "odd.png", "b.png");
            IDataView strict = Load(rows, Of(kind, false)), skipping = Load(rows, Of(kind, true));
            Exception? error = Record.Exception(() => Count(strict));
            if (error is not null) Assert.StartsWith("Row 1 ('odd.png')", Assert.IsType<ImageReadException>(error).Message);
            Assert.Equal(error is null ? 3 : 2, Count(skipping));
        }
    }

    [Fact]
    public void AMaskThatDoesNotFitIsNamedOrLeftOut()
    {
        StyleTransferOptions strict = TestRows.Options, skipping = TestRows.Options;
        (strict.ContentWeightColumn, skipping.ContentWeightColumn, skipping.SkipUnreadable) = ("Mask", "Mask", true);
        _folder.Add("mask-a.png", 7, 40, 40);
        _folder.Add("mask-b.png", 8, 40, 20);
        IDataView pairs = _ml.Data.LoadFromEnumerable([new Pair { Path = "a.png", Mask = "mask-a.png" },
            new Pair { Path = "b.png", Mask = "mask-b.png" }]);
        IDataView Of(StyleTransferOptions options) => _ml.Transforms.LoadPictures("Image", _folder.Path, "Path")
            .Append(_ml.Transforms.LoadPictures("Mask", _folder.Path, "Mask"))
            .Append(_ml.Transforms.StyleTransfer("Out", "Image", _folder.File("a.png"), options)).Fit(pairs).Transform(pairs);
        string message = Assert.Throws<ImageReadException>(() => Count(Of(strict))).Message;
        Assert.StartsWith("Row 1 ('b.png'): the image of column 'Image' can't be worked on", message);
        Assert.Contains("proportions", message);
        Assert.Equal(1, Count(Of(skipping)));
    }

    [Fact]
    public void AfterACancellationTheNextRowWorks()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        bool cancel = false;
        StyleTransferMonitor monitor = new() { Callbacks = new StylizationCallbacks { Progress = _ => OperationCanceled(cancel) } };
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("Styled", "Image", style, TestRows.Options, monitor).Fit(rows);
        IDataView view = model.Transform(rows);
        List<byte[]> expected = TestRows.Images(view, "Styled");
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Styled"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        cancel = true;
        Assert.Throws<OperationCanceledException>(() => getter(ref image));
        cancel = false;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        Assert.Equal(expected[1], TestRows.Rgba(image));

        static void OperationCanceled(bool cancelled)
        {
            if (cancelled) throw new OperationCanceledException();
        }
    }

    [Fact]
    public void FeaturesOfAnotherLengthAreNamed()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new Row { Path = "a", Features = [1, 2, 3, 4] },
            new Row { Path = "b", Features = [1] }]);
        using GramStatisticsTransformer model = _ml.Transforms.GramStatistics("G", "Features",
            new GramStatisticsOptions { Channels = 2 }).Fit(rows);
        IDataView view = model.Transform(rows);
        Assert.StartsWith("Row 1 ('b'): the image of column 'Features'", Assert.Throws<ImageReadException>(() => Vectors(view)).Message);
    }

    [Fact]
    public void ABatchOfOneHasTheChannelsOfItsSecondDimension()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new Batch()]);
        using GramStatisticsTransformer model = _ml.Transforms.GramStatistics("G", "Values").Fit(rows);
        Assert.Equal([1.25f, 2.75f, 2.75f, 6.25f], TestRows.FirstVector(model.Transform(rows), "G"));
        Assert.Equal([2, 2], ((VectorDataViewType)model.Transform(rows).Schema["G"].Type).Dimensions.AsEnumerable());
    }

    [Fact]
    public void NamesFromInsideSavedModelsAreRefused()
    {
        const string Name = "mlnetstyle.state";
        string file = _folder.File("a.png");
        foreach (Func<object> make in new Func<object>[]
        {
            () => _ml.Transforms.StyleTransfer(Name, "Image", file),
            () => _ml.Transforms.StyleTransferFromColumn(Name, "Image", "Other"),
            () => _ml.Transforms.LearnStyle(Name, "Image", "Other"),
            () => _ml.Transforms.PreserveColor(Name, "Image", "Other"),
            () => _ml.Transforms.StyleDistance(Name, "Image", "Other"),
            () => _ml.Transforms.VggFeatures(Name, "Image", "relu1_1"),
            () => _ml.Transforms.GramStatistics(Name, "Image"),
            () => _ml.Transforms.ApplyFastStyles(Name, "Image", "a.onnx"),
            () => _ml.Transforms.LoadPictures(Name, "", "Path"),
        })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(make);
            Assert.Contains(Name, error.Message);
            Assert.Equal("outputColumnName", error.ParamName);
        }
    }

    [Fact]
    public void AnInputWithoutANameIsCalledAsTheOutput()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        string style = _folder.File("a.png");
        foreach (IEstimator<ITransformer> estimator in new IEstimator<ITransformer>[]
        {
            _ml.Transforms.StyleTransfer("Image", null, style, TestRows.Options),
            _ml.Transforms.StyleTransferFromColumn("Image", null, "Other", TestRows.Options),
            _ml.Transforms.VggFeatures("Image", null, "relu1_1", TestRows.Features),
            _ml.Transforms.GramStatistics("Image", null, ["relu1_1"], new GramStatisticsOptions { Network = TestRows.Features.Network }),
            _ml.Transforms.ApplyFastStyles("Image", null, Network()),
        })
        {
            DataViewSchema schema = estimator.Fit(rows).GetOutputSchema(rows.Schema);
            Assert.Equal(["Image", "Other"], schema.Where(c => !c.IsHidden).Select(c => c.Name));
        }
    }

    public void Dispose() => _folder.Dispose();

    private IDataView Load(IDataView rows, IEstimator<ITransformer> estimator) => _ml.Transforms.LoadPictures("Image", _folder.Path, "Path")
        .Append(_ml.Transforms.CopyColumns("Other", "Image")).Append(estimator).Fit(rows).Transform(rows);

    private IEstimator<ITransformer> Of(string kind, bool skip)
    {
        string network = TestRows.Features.Network;
        StyleTransferOptions transfer = TestRows.Options;
        transfer.SkipUnreadable = skip;
        return kind switch
        {
            "StyleTransfer" => _ml.Transforms.StyleTransfer("Out", "Image", _folder.File("a.png"), transfer, _ml),
            "PreserveColor" => _ml.Transforms.PreserveColor("Out", "Image", "Image", new PreserveColorOptions { SkipUnreadable = skip }),
            "ApplyFastStyles" => _ml.Transforms.ApplyFastStyles("Out", "Image", Network(),
                new FastStyleTransferOptions { SkipUnreadable = skip }),
            "StyleDistance" => _ml.Transforms.StyleDistance("Out", "Image", "Image",
                new StyleDistanceOptions { Network = network, SkipUnreadable = skip }, _ml),
            "VggFeatures" => _ml.Transforms.VggFeatures("Out", "Image", "relu5_1",
                new VggFeaturesOptions { Network = network, SkipUnreadable = skip }, _ml),
            _ => _ml.Transforms.GramStatistics("Out", "Image", ["relu5_1"],
                new GramStatisticsOptions { Network = network, SkipUnreadable = skip }, _ml),
        };
    }

    private string Network()
    {
        string file = _folder.File("fast.onnx");
        if (File.Exists(file)) return file;
        FastStyleTransferOptions training = new()
        {
            Size = FastStyleSize.Small,
            LossNetwork = TestRows.Features.Network,
            Iterations = 1,
            BatchSize = 1,
            ImageSize = 64,
            StyleSize = 64,
        };
        using FastStyleTransferTransformer fitted = _ml.Transforms.FastStyleTransfer("Out", "Image",
            new FastStyle("s", _folder.File("a.png")), training).Fit(TestRows.Sized(_ml, 1));
        fitted.Network.Save(file);
        return file;
    }

    private static int Count(IDataView view) => ComponentChecks.Table(view, "Out").Count;

    private static int Vectors(IDataView view) => ComponentChecks.Table(view, "G").Count;

    private sealed class Pair
    {
        public string Path { get; set; } = "";

        public string Mask { get; set; } = "";
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    private sealed class Batch
    {
        [VectorType(1, 2, 1, 2)]
        public float[] Values { get; set; } = [1, 2, 3, 4];
    }
}
