using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>Every transform of the library under every check of <see cref="ComponentChecks"/>: live and loaded, with sized images and
/// without.</summary>
public sealed class ComponentCheckTests(ITestOutputHelper output) : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();
    private readonly List<string> _failures = [];

    [Fact]
    public void EveryPipelineHoldsLiveAndLoaded()
    {
        ImageColumns.Register();
        output.WriteLine($"{"pipeline",-34} {"images",-8} {"live",9} {"loaded",9}");
        foreach (bool sized in new[] { true, false })
            foreach ((string name, IEstimator<ITransformer> estimator, string[] added) in OfImages())
                Check(name, sized ? "sized" : "unsized", sized ? Sized() : Unsized(), estimator, added);
        Check("GramStatistics of vectors", "none", Vectors(), _ml.Transforms.GramStatistics("Out", "Features",
            new GramStatisticsOptions { Channels = 4 }), ["Out"]);
        _folder.Add("a.png", 1);
        _folder.Add("b.png", 2, 50, 30, transparent: true);
        IDataView paths = _folder.Rows(_ml, "a.png", "b.png", "a.png");
        Check("LoadPictures", "files", paths, _ml.Transforms.LoadPictures("Out", _folder.Path, "Path"), ["Out"]);
        Check("LoadPictures, StyleTransfer", "files", paths, _ml.Transforms.LoadPictures("Image", _folder.Path, "Path")
            .Append(_ml.Transforms.StyleTransfer("Out", "Image", _folder.File("a.png"), TestRows.Options)), ["Out"]);
        Assert.True(_failures.Count == 0, string.Join("\n", _failures));
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<(string Name, IEstimator<ITransformer> Estimator, string[] Added)> OfImages()
    {
        string style = _folder.Add("style.png", 50), network = TestRows.Features.Network;
        StyleTransferOptions weighted = TestRows.Options;
        weighted.ContentWeightColumn = "Other";
        yield return ("StyleTransfer", _ml.Transforms.StyleTransfer("Out", "Image", style, TestRows.Options), ["Out"]);
        yield return ("StyleTransfer in place", _ml.Transforms.StyleTransfer("Image", null, style, TestRows.Options), ["Image"]);
        yield return ("StyleTransfer, weighted", _ml.Transforms.StyleTransfer("Out", "Image", style, weighted), ["Out"]);
        yield return ("StyleTransferFromColumn", _ml.Transforms.StyleTransferFromColumn("Out", "Image", "Other", TestRows.Options),
            ["Out"]);
        yield return ("LearnStyle", _ml.Transforms.LearnStyle("Out", "Image", "Other", TestRows.Options), ["Out"]);
        yield return ("StyleTransfer, PreserveColor", _ml.Transforms.StyleTransfer("Out0", "Image", style, TestRows.Options)
            .Append(_ml.Transforms.PreserveColor("Out", "Out0", "Image")), ["Out"]);
        yield return ("PreserveColor", _ml.Transforms.PreserveColor("Out", "Image", "Other"), ["Out"]);
        yield return ("StyleDistance", _ml.Transforms.StyleDistance("Out", "Image", "Other",
            new StyleDistanceOptions { Network = network, Layers = ["relu1_1", "relu3_1"] }), ["Out"]);
        yield return ("VggFeatures", _ml.Transforms.VggFeatures("Out", "Image", "relu2_1", TestRows.Features), ["Out"]);
        yield return ("VggFeatures, two layers", _ml.Transforms.VggFeatures("Out", "Image", ["relu1_1", "relu3_1"], TestRows.Features),
            ["Out.relu1_1", "Out.relu3_1"]);
        yield return ("GramStatistics", _ml.Transforms.GramStatistics("Out", "Image", ["relu1_1", "relu3_1"],
            new GramStatisticsOptions { Network = network }), ["Out.relu1_1", "Out.relu3_1"]);
        FastStyleTransferOptions training = new()
        {
            Size = FastStyleSize.Small,
            LossNetwork = network,
            Iterations = 1,
            BatchSize = 1,
            ImageSize = 64,
            StyleSize = 64,
        };
        yield return ("FastStyleTransfer", _ml.Transforms.FastStyleTransfer("Out", "Image", new FastStyle("s", style), training), ["Out"]);
        string file = _folder.File("fast.onnx");
        using (FastStyleTransferTransformer fitted = _ml.Transforms.FastStyleTransfer("Out", "Image", new FastStyle("s", style), training)
            .Fit(Sized())) fitted.Network.Save(file);
        yield return ("ApplyFastStyles", _ml.Transforms.ApplyFastStyles("Out", "Image", file), ["Out"]);
    }

    private void Check(string name, string images, IDataView rows, IEstimator<ITransformer> estimator, string[] added)
    {
        using IDisposable model = (IDisposable)estimator.Fit(rows);
        ComponentChecks.Subject live = new(rows, estimator, (ITransformer)model, added);
        bool keeps = live.Added.All(column => live.View.Schema[column].Type is not VectorDataViewType { IsKnownSize: true } vector
            || vector.Dimensions is [var a, var b] && a == b);
        bool chain = estimator.GetType().Name.StartsWith("EstimatorChain", StringComparison.Ordinal); // which doesn't check for null
        string first = Run($"{name}, {images}, live", live, [.. ComponentChecks.OfEstimators.Skip(chain ? 1 : 0),
            .. ComponentChecks.OfTransformers.SkipLast(1),
            .. keeps ? ComponentChecks.OfTransformers.TakeLast(1) : []]), second = "refused";
        if (keeps) second = Run($"{name}, {images}, loaded",
            new(rows, estimator, TestRows.Reload(new MLContext(), live.Model, rows.Schema), added), ComponentChecks.OfTransformers);
        else Assert.Contains("GramStatistics", Assert.Throws<InvalidOperationException>(() =>
            TestRows.Reload(_ml, live.Model, rows.Schema)).Message);
        output.WriteLine($"{name,-34} {images,-8} {first,9} {second,9}");
    }

    private string Run(string what, ComponentChecks.Subject subject,
        IReadOnlyList<(string Name, Action<ComponentChecks.Subject> Check)> checks)
    {
        int passed = 0;
        foreach ((string name, Action<ComponentChecks.Subject> check) in checks)
        {
            if (Record.Exception(() => check(subject)) is { } failure)
                _failures.Add($"{what}: {name}: {failure.GetType().Name}: {failure.Message[..Math.Min(300, failure.Message.Length)]}");
            else passed++;
        }
        return $"{passed}/{checks.Count}";
    }

    private IDataView Sized() => _ml.Data.LoadFromEnumerable(Seeds().Select(seed =>
        new SizedImages { Unused = seed, Image = TestRows.Image(seed), Other = TestRows.Image(seed + 100) }));

    private IDataView Unsized() => _ml.Data.LoadFromEnumerable(Seeds().Select(seed => new UnsizedImages
    {
        Unused = seed,
        Image = TestRows.Image(seed, 33 + (5 * seed), 28),
        Other = TestRows.Image(seed + 100, 33 + (5 * seed), 28),
    }));

    private IDataView Vectors() => _ml.Data.LoadFromEnumerable(Seeds().Select(seed =>
        new Features { Unused = seed, Values = [.. Enumerable.Range(0, 12).Select(i => (float)(i * seed))] }));

    private static IEnumerable<int> Seeds() => [1, 2, 3];

    private sealed class SizedImages
    {
        public float Unused { get; set; }

        [ImageType(TestRows.Height, TestRows.Width)]
        public MLImage? Image { get; set; }

        [ImageType(TestRows.Height, TestRows.Width)]
        public MLImage? Other { get; set; }
    }

    private sealed class UnsizedImages
    {
        public float Unused { get; set; }

        public MLImage? Image { get; set; }

        public MLImage? Other { get; set; }
    }

    private sealed class Features
    {
        public float Unused { get; set; }

        [ColumnName("Features"), VectorType(4, 3)]
        public float[] Values { get; set; } = [];
    }
}
