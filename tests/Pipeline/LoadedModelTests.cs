using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;
using MLNetStyle.Tests.MLNet;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>What holds live holds after Save and Load.</summary>
public sealed class LoadedModelTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData(48, 40)]
    [InlineData(40, 48)]
    [InlineData(64, 32)]
    public void ALoadedModelDoesWithAnotherSizeWhatTheLiveOneDoes(int width, int height)
    {
        IDataView fitted = Resized(48, 40), rows = Resized(width, height);
        GramStatisticsOptions grams = new() { Network = TestRows.Features.Network };
        ITransformer model = _ml.Transforms.PreserveColor("Kept", "Image", "Other")
            .Append(_ml.Transforms.GramStatistics("Gram", "Image", ["relu2_1"], grams))
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", _folder.Add("style.png", 50), TestRows.Options)).Fit(fitted);
        IDataView live = model.Transform(rows), loaded = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        foreach (string column in new[] { "Kept", "Styled" })
        {
            Assert.Equal(live.Schema[column].Type, loaded.Schema[column].Type);
            Assert.Equal(TestRows.FirstImage(live, column), TestRows.FirstImage(loaded, column));
        }
        Assert.Equal(new ImageDataViewType(40, 48), live.Schema["Kept"].Type);
        Assert.Equal(48 * 40 * 4, TestRows.FirstImage(live, "Kept").Length);
        Assert.Equal(TestRows.FirstVector(live, "Gram"), TestRows.FirstVector(loaded, "Gram"));
    }

    [Fact]
    public void APictureOfAnotherSizeThanItsColumnsIsBroughtToIt()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 1).Select(_ => new TestRows.SizedRow
        {
            Image = TestRows.Image(1, 33, 50),
            Other = TestRows.Image(2),
        }));
        using PreserveColorTransformer model = _ml.Transforms.PreserveColor("Kept", "Image", "Other").Fit(rows);
        byte[] live = TestRows.FirstImage(model.Transform(rows), "Kept");
        Assert.Equal(TestRows.Width * TestRows.Height * 4, live.Length);
        Assert.Equal(live, TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Kept"));
    }

    [Fact]
    public void AModelOfImagesWithoutASizeTakesSizedOnes()
    {
        ImageColumns.Register();
        IDataView fitted = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 1).Select(_ => new PlainRow
        {
            Image = TestRows.Image(1, 30, 36),
            Other = TestRows.Image(2, 44, 24),
        }));
        using PreserveColorTransformer model = _ml.Transforms.PreserveColor("Kept", "Image", "Other").Fit(fitted);
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        IDataView live = model.Transform(rows), loaded = TestRows.Reload(_ml, model, fitted.Schema).Transform(rows);
        Assert.Equal(TestRows.Images(live, "Kept"), TestRows.Images(loaded, "Kept"));
        Assert.Equal(new ImageDataViewType(), live.Schema["Kept"].Type);
        Assert.Equal(live.Schema["Kept"].Type, loaded.Schema["Kept"].Type);
        IDataView resized = Resized(37, 29);
        ImageColumns.Register(37, 29); // which a program does for sizes that its rows' classes don't have
        Assert.Equal(TestRows.Images(model.Transform(resized), "Kept"),
            TestRows.Images(TestRows.Reload(_ml, model, fitted.Schema).Transform(resized), "Kept"));
    }

    [Fact]
    public void ARowWithoutAnImageIsMissingInTheLoadedModelToo()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 1).Select(_ =>
            new TestRows.SizedRow { Other = TestRows.Image(2) }));
        using PreserveColorTransformer model = _ml.Transforms.PreserveColor("Kept", "Image", "Other").Fit(rows);
        ITransformer loaded = TestRows.Reload(_ml, model, rows.Schema);
        Assert.Contains("no image", Assert.Throws<ImageReadException>(() => TestRows.FirstImage(model.Transform(rows), "Kept")).Message);
        Assert.Contains("no image", Failure(() => TestRows.FirstImage(loaded.Transform(rows), "Kept")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ATrainerBehindGramMatricesScoresAfterLoading(bool sized)
    {
        for (int i = 1; i <= 4; i++) _folder.Add($"{i}.png", i);
        IDataView rows = _folder.Rows(_ml, "1.png", "2.png", "3.png", "4.png");
        IEstimator<ITransformer> load = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path");
        if (sized) load = load.Append(_ml.Transforms.ResizeImages("Image", 40, 32));
        ITransformer model = load.Append(_ml.Transforms.GramStatistics("Gram", "Image", ["relu1_1"],
                new GramStatisticsOptions { Network = "compact" }))
            .Append(_ml.Clustering.Trainers.KMeans("Gram", numberOfClusters: 2)).Fit(rows);
        IDataView live = model.Transform(rows), loaded = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        Assert.Equal(live.Schema["Gram"].Type, loaded.Schema["Gram"].Type);
        Assert.Equal(TestRows.FirstVector(live, "Score"), TestRows.FirstVector(loaded, "Score"));
    }

    [Fact]
    public void EveryShippedNetworksGramMatricesKeepTheirShape()
    {
        foreach (Network network in new[] { MLNetStyle.Network.Load("compact"), Support.Vgg19.EightBits.Network })
            foreach (string layer in network.Layers) Assert.Contains(network.Channels(layer), ShapeFactories.Sides);
    }

    [Fact]
    public void SaveRefusesAShapeThatCantSurviveWithTheRemedy()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using VggFeaturesTransformer model = _ml.Transforms.VggFeatures("F", "Image", "relu2_1", TestRows.Features).Fit(rows);
        using MemoryStream stream = new();
        string message = Assert.Throws<InvalidOperationException>(() => _ml.Model.Save(model, null, stream)).Message;
        foreach (string word in new[] { "'F'", "LoadPictures", "GramStatistics", "NetworkExporter" }) Assert.Contains(word, message);
    }

    [Fact]
    public void FeaturesWithoutASizeKeepTheirChannels()
    {
        _folder.Add("a.png", 1, 33, 21);
        IDataView rows = _folder.Rows(_ml, "a.png");
        ITransformer model = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path")
            .Append(_ml.Transforms.VggFeatures("F", "Image", "relu3_1", TestRows.Features)).Fit(rows);
        IDataView loaded = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 8, 0, 0), loaded.Schema["F"].Type);
        using GramStatisticsTransformer grams = _ml.Transforms.GramStatistics("G", "F").Fit(loaded);
        Assert.Equal(64, TestRows.FirstVector(grams.Transform(loaded), "G").Length);
    }

    [Fact]
    public void TheAssemblysVersionStaysWhatSavedModelsName() =>
        Assert.Equal(new Version(1, 0, 0, 0), typeof(StyleTransformerBase).Assembly.GetName().Version);

    [Fact]
    public void AModelOfALaterVersionIsRefusedByName()
    {
        string saved = OperationJson.Stamped(new PreserveColorOperation(new MLNetStyle.Stylization.ColorKeeping(PreserveColorMode.Luminance,
            LuminanceSpace.Yiq, ColorMatching.SquareRoot, false)).Save().Options, "Photo");
        Operation operation = SavedOperationAttribute.Read(new SavedState(saved, []));
        Assert.IsType<PreserveColorOperation>(operation);
        Assert.Equal("Photo", operation.Column);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SavedOperationAttribute.Read(new SavedState(
            saved.Replace("\"format\":1", "\"format\":2"), [])));
        Assert.Contains("form 2", error.Message);
        Assert.Contains("a later one", error.Message);
    }

    [Fact]
    public void PlainImageMembersWorkInAFreshProcess()
    {
        Assert.Equal("refused, loaded, loaded again, 36 x 30", Isolated.Run(BindPlainImages));
        Assert.Contains("DataViewTypeManager", Isolated.Run(RegisterAfterAnother));
    }

    [Fact]
    public void AStyledColumnWithASizeReadsIntoAPlainMember() => Assert.Equal("20 x 10", Isolated.Run(ReadSizedOutput));

    [Fact]
    public void InPlaceTheColumnsHaveTheSameOrder()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using PreserveColorTransformer model = _ml.Transforms.PreserveColor("Image", null!, "Other").Fit(rows);
        string[] Names(ITransformer t) => [.. t.Transform(rows).Schema.Where(c => !c.IsHidden).Select(c => c.Name)];
        Assert.Equal(["Image", "Other"], Names(model));
        Assert.Equal(Names(_ml.Transforms.CopyColumns("Image", "Other").Fit(rows)), Names(model));
        Assert.Equal(Names(model), Names(TestRows.Reload(_ml, model, rows.Schema)));
    }

    [Fact]
    public void AFailureAfterLoadingNamesPathAndColumn()
    {
        _folder.Add("small.png", 1, 9, 9);
        IDataView rows = _folder.Rows(_ml, "small.png");
        foreach (string? pathColumn in new[] { null, "Path" })
        {
            VggFeaturesOptions options = TestRows.Features;
            options.PathColumn = pathColumn;
            ITransformer model = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path")
                .Append(_ml.Transforms.VggFeatures("F", "Image", "relu5_1", options)).Fit(rows);
            ITransformer loaded = TestRows.Reload(_ml, model, rows.Schema);
            string live = Assert.Throws<ImageReadException>(() => TestRows.FirstVector(model.Transform(rows), "F")).Message;
            Assert.StartsWith("Row 0 ('small.png'): the image of column 'Image'", live);
            string after = Failure(() => TestRows.FirstVector(loaded.Transform(rows), "F"));
            Assert.StartsWith("'small.png': the image of column 'Image'", after);
            Assert.All([live, after], message => Assert.DoesNotContain("Parameter", message));
        }
        File.Delete(_folder.File("small.png"));
        ITransformer pictures = TestRows.Reload(_ml, _ml.Transforms.LoadPictures("Image", _folder.Path, "Path").Fit(rows), rows.Schema);
        string missing = Failure(() => TestRows.FirstImage(pictures.Transform(rows), "Image"));
        Assert.Contains("small.png", missing);
        Assert.Contains("'Image'", missing);
    }

    [Fact]
    public void APathColumnThatIsNamedNamesRowsOfSizedImagesAfterLoading()
    {
        _folder.Add("a.png", 1);
        IDataView rows = _folder.Rows(_ml, "a.png");
        GramStatisticsOptions grams = new() { Network = TestRows.Features.Network, PathColumn = "Path" };
        ITransformer model = _ml.Transforms.LoadPictures("Loaded", _folder.Path, "Path")
            .Append(_ml.Transforms.ResizeImages("Image", 9, 9, "Loaded"))
            .Append(_ml.Transforms.GramStatistics("G", "Image", ["relu5_1"], grams)).Fit(rows);
        IDataView loaded = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        Assert.StartsWith("'a.png': the image of column 'Image'",
            Failure(() => TestRows.FirstVector(loaded, "G")));
    }

    public void Dispose() => _folder.Dispose();

    public static string BindPlainImages(string argument)
    {
        MLContext ml = new();
        PlainRow[] rows = [new() { Image = TestRows.Image(1, 36, 30), Other = TestRows.Image(2) }];
        string before = Record.Exception(() => ml.Data.LoadFromEnumerable(rows)) is ArgumentOutOfRangeException ? "refused" : "taken";
        ImageColumns.Register();
        IDataView view = ml.Data.LoadFromEnumerable(rows);
        ImageColumns.Register();
        ml.Data.LoadFromEnumerable(rows);
        MLImage image = ml.Data.CreateEnumerable<PlainRow>(view, false).First().Image!;
        return $"{before}, loaded, loaded again, {image.Width} x {image.Height}";
    }

    public static string RegisterAfterAnother(string argument)
    {
        DataViewTypeManager.Register(new ImageDataViewType(), typeof(Uri));
        return Assert.Throws<InvalidOperationException>(ImageColumns.Register).Message;
    }

    public static string ReadSizedOutput(string argument)
    {
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(1, 1).Select(_ => new SmallRow { Image = TestRows.Image(1, 30, 15) }));
        IDataView small = ml.Transforms.ResizeImages("Image", 20, 10).Fit(rows).Transform(rows);
        using PreserveColorTransformer model = ml.Transforms.PreserveColor("Kept", "Image", "Image").Fit(small);
        MLImage kept = ml.Data.CreateEnumerable<KeptRow>(model.Transform(small), false).First().Kept!;
        return $"{kept.Width} x {kept.Height}";
    }

    // ML.NET reads ahead on threads of its own, and puts what they throw into another exception.
    private static string Failure(Func<object> work)
    {
        Exception? error = Assert.ThrowsAny<Exception>(work);
        while (error is not (null or ImageReadException)) error = error.InnerException;
        return Assert.IsType<ImageReadException>(error).Message;
    }

    private IDataView Resized(int width, int height)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        return _ml.Transforms.ResizeImages("Image", width, height).Append(_ml.Transforms.ResizeImages("Other", width, height)).Fit(rows)
            .Transform(rows);
    }

    private sealed class PlainRow
    {
        public MLImage? Image { get; set; }

        public MLImage? Other { get; set; }
    }

    private sealed class SmallRow
    {
        [ImageType(15, 30)]
        public MLImage? Image { get; set; }
    }

    private sealed class KeptRow
    {
        public MLImage? Kept { get; set; }
    }
}
