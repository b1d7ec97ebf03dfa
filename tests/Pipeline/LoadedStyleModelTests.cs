using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>Models that ml.Style.Load loads: what they need is looked at then, they follow their context, and disposing them
/// counts.</summary>
public sealed class LoadedStyleModelTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    [Fact]
    public void GivesTheSamePixelsAsTheLiveModel()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        ITransformer model = Chain().Fit(rows);
        using LoadedStyleModel loaded = _ml.Style.Load(Saved(model, rows.Schema), out _);
        Assert.True(loaded.IsRowToRowMapper);
        foreach (string column in new[] { "Styled", "Kept" })
            Assert.Equal(TestRows.Images(model.Transform(rows), column), TestRows.Images(loaded.Transform(rows), column));
        using LoadedStyleModel again = _ml.Style.Load(Saved(loaded, rows.Schema), out _);
        Assert.Equal(TestRows.Images(model.Transform(rows), "Kept"), TestRows.Images(again.Transform(rows), "Kept"));
    }

    [Fact]
    public void ANetworkThatIsMissingOrChangedShowsAtLoad()
    {
        string network = _folder.File("own.safetensors");
        File.Copy(TinyNetwork.Shared.File, network);
        IDataView rows = TestRows.Sized(_ml, 1);
        StyleTransferOptions options = TestRows.Options;
        options.Network = network;
        using MLImage style = TestRows.Image(50);
        string painted, measured, distance;
        using (StyleTransferTransformer model = _ml.Style.StyleTransfer("S", "Image", style, options).Fit(rows))
            painted = Saved(model, rows.Schema);
        using (GramStatisticsTransformer model = _ml.Style.GramStatistics("G", "Image", ["relu1_1"],
            new GramStatisticsOptions { Network = network }).Fit(rows)) measured = Saved(model, rows.Schema);
        using (StyleDistanceTransformer model = _ml.Style.StyleDistance("D", "Image", "Other",
            new StyleDistanceOptions { Network = network, Layers = ["relu1_1"] }).Fit(rows)) distance = Saved(model, rows.Schema);
        string[] models = [painted, measured, distance];
        byte[] bytes = File.ReadAllBytes(network);
        bytes[^1] ^= 0x10;
        File.WriteAllBytes(network, bytes);
        File.SetLastWriteTimeUtc(network, DateTime.UtcNow.AddMinutes(1));
        foreach (string model in models)
            Assert.Contains(network, Assert.Throws<InvalidDataException>(() => _ml.Style.Load(model, out _)).Message);
        File.Delete(network);
        foreach (string model in models)
            Assert.Contains("own.safetensors", Assert.Throws<FileNotFoundException>(() => _ml.Style.Load(model, out _)).Message);
    }

    [Fact]
    public void DisposingFreesTheSessions()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        ITransformer model = Chain().Fit(rows);
        LoadedStyleModel loaded = _ml.Style.Load(Saved(model, rows.Schema), out _);
        IDataView view = loaded.Transform(rows);
        Assert.NotEmpty(TestRows.FirstImage(view, "Styled"));
        loaded.Dispose();
        loaded.Dispose();
        Exception? error = Assert.ThrowsAny<Exception>(() => TestRows.FirstImage(view, "Styled"));
        while (error is not (null or ObjectDisposedException)) error = error.InnerException;
        Assert.NotNull(error);
    }

    [Fact]
    public void TheContextsGpuIsFollowedLiveAndLoadedByEveryTransform()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        (string What, Func<StyleCatalog, IEstimator<ITransformer>> Make)[] all =
        [
            ("styles", own => own.StyleTransfer("X", "Image", style, TestRows.Options)),
            ("styles of rows", own => own.StyleTransferFromColumn("X", "Image", "Other", TestRows.Options)),
            ("grams", own => own.GramStatistics("X", "Image", ["relu1_1"],
                new GramStatisticsOptions { Network = TinyNetwork.Shared.File })),
            ("distance", own => own.StyleDistance("X", "Image", "Other",
                new StyleDistanceOptions { Network = TinyNetwork.Shared.File, Layers = ["relu1_1"] })),
        ];
        foreach ((string what, Func<StyleCatalog, IEstimator<ITransformer>> make) in all)
        {
            string saved = Saved(make(_ml.Style).Fit(rows), rows.Schema);
            MLContext strict = new() { GpuDeviceId = 99, FallbackToCpu = false };
            Assert.Contains("cuda:99", Assert.Throws<InvalidOperationException>(() => make(strict.Style).Fit(rows)).Message);
            Assert.Contains("cuda:99", Assert.Throws<InvalidOperationException>(() => strict.Style.Load(saved, out _)).Message);
            MLContext lenient = new() { GpuDeviceId = 99, FallbackToCpu = true };
            List<string> log = [];
            lenient.Log += (_, e) => log.Add(e.RawMessage);
            (make(lenient.Style).Fit(rows) as IDisposable)?.Dispose();
            Assert.True(log.Exists(line => line.Contains("cuda:99")), $"{what}: no warning at Fit");
            log.Clear();
            lenient.Style.Load(saved, out _).Dispose();
            Assert.True(log.Exists(line => line.Contains("cuda:99")), $"{what}: no warning at Load");
        }
    }

    [Fact]
    public void LoadedFeaturesComputeOnlyWhatIsRead()
    {
        _folder.Add("small.png", 1, 9, 9);
        IDataView rows = _folder.Rows(_ml, "small.png", "small.png");
        ITransformer model = _ml.Style.LoadPictures("Image", _folder.Path, "Path")
            .Append(_ml.Style.VggFeatures("F", "Image", ["relu1_1", "relu2_1", "relu5_1"], TestRows.Features)).Fit(rows);
        IDataView live = model.Transform(rows), loaded = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        // relu5_1 needs 16 pixels: it can't be computed of this picture, and isn't.
        foreach (string column in new[] { "F.relu1_1", "F.relu2_1" })
            Assert.Equal(TestRows.FirstVector(live, column), TestRows.FirstVector(loaded, column));
        Assert.ThrowsAny<Exception>(() => TestRows.FirstVector(loaded, "F.relu5_1"));
        using DataViewRowCursor cursor = loaded.GetRowCursor([loaded.Schema["F.relu1_1"], loaded.Schema["F.relu2_1"]]);
        ValueGetter<VBuffer<float>> one = cursor.GetGetter<VBuffer<float>>(loaded.Schema["F.relu1_1"]);
        ValueGetter<VBuffer<float>> two = cursor.GetGetter<VBuffer<float>>(loaded.Schema["F.relu2_1"]);
        VBuffer<float> value = default;
        int read = 0;
        while (cursor.MoveNext())
        {
            one(ref value);
            Assert.Equal(TestRows.FirstVector(live, "F.relu1_1"), value.DenseValues().ToArray());
            two(ref value);
            Assert.Equal(TestRows.FirstVector(live, "F.relu2_1"), value.DenseValues().ToArray());
            read++;
        }
        Assert.Equal(2, read);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APredictionIsCancelledByItsOwnTokenAndTheNextOneWorks(bool reload)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        byte[] expected = TestRows.FirstImage(model.Transform(rows), "Styled");
        using LoadedStyleModel loaded = _ml.Style.Load(Saved(model, rows.Schema), out _);
        IDataView view = (reload ? (ITransformer)loaded : model).Transform(rows);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        using (RowCancellation.Use(cancelled.Token))
        {
            Exception? error = Assert.ThrowsAny<Exception>(() => TestRows.FirstImage(view, "Styled"));
            while (error is not (null or OperationCanceledException)) error = error.InnerException;
            Assert.NotNull(error);
        }
        Assert.Equal(expected, TestRows.FirstImage(view, "Styled"));
    }

    [Fact]
    public void RowsSideBySideHaveTheSamePixels()
    {
        int[] seeds = [.. Enumerable.Range(1, 8)];
        IDataView rows = TestRows.Sized(_ml, seeds);
        StyleTransferOptions options = TestRows.Options;
        (options.Compute.Sessions, options.Compute.Engine) = (2, EngineKind.Cpu);
        using MLImage style = TestRows.Image(50);
        int running = 0, most = 0;
        using Barrier together = new(2);
        StyleTransferMonitor monitor = new()
        {
            Callbacks = new StylizationCallbacks
            {
                Progress = p =>
                {
                    if (p.Iteration != 1) return;
                    most = Math.Max(most, Interlocked.Increment(ref running));
                    together.SignalAndWait(TimeSpan.FromSeconds(30)); // two rows are inside at once, or this is never passed
                    Interlocked.Decrement(ref running);
                },
            },
        };
        using StyleTransferTransformer single = _ml.Style.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        List<byte[]> expected = TestRows.Images(single.Transform(rows), "Styled");
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("Styled", "Image", style, options, monitor).Fit(rows);
        List<byte[]>[] found = new List<byte[]>[2];
        Thread[] threads = [.. found.Select((_, i) => new Thread(() => found[i] = TestRows.Images(model.Transform(rows), "Styled")))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.All(found, images => Assert.Equal(expected, images));
        Assert.Equal(2, most);
        Assert.InRange(model.Sessions, 2, 3); // two, and one for a row that is alone
        model.Dispose();
        Assert.ThrowsAny<ObjectDisposedException>(() => model.Transform(rows));
    }

    public void Dispose() => _folder.Dispose();

    private IEstimator<ITransformer> Chain() => _ml.Style.StyleTransfer("Styled", "Image", _folder.Add("style.png", 50), TestRows.Options)
        .Append(_ml.Style.PreserveColor("Kept", "Styled", "Image"));

    private string Saved(ITransformer model, DataViewSchema schema)
    {
        string file = _folder.File($"{Guid.NewGuid():N}.zip");
        using FileStream stream = File.Create(file);
        bool images = schema.All(column => column.Type is Microsoft.ML.Transforms.Image.ImageDataViewType);
        _ml.Model.Save(model, images ? null : schema, stream);
        return file;
    }
}
