using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class ErrorTests
{
    private readonly MLContext _ml = new();

    [Theory]
    [InlineData(null)]
    [InlineData("Path")]
    public void AnUnreadableImageFailsWithTheRowsPath(string? pathColumn)
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1);
        File.WriteAllText(folder.File("broken.png"), "no picture");
        StyleTransferOptions options = TestRows.Options;
        options.PathColumn = pathColumn;
        IDataView rows = folder.Rows(_ml, "a.png", "broken.png");
        IDataView view = _ml.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.File("a.png"), options)).Fit(rows).Transform(rows);
        ImageReadException error = Assert.Throws<ImageReadException>(() => TestRows.Images(view, "Styled"));
        Assert.Contains("Row 1 ('broken.png')", error.Message);
        Assert.Contains("'Image'", error.Message);
    }

    [Fact]
    public void AnUnreadableImageIsSkippedWithAWarningAndAllCursorsSeeTheSameRows()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1);
        folder.Add("c.png", 2);
        StyleTransferOptions options = TestRows.Options;
        options.SkipUnreadable = true;
        List<string> warnings = [];
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.Message);
        };
        IDataView rows = folder.Rows(_ml, "a.png", "missing.png", "", "c.png");
        IDataView view = _ml.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.File("a.png"), options, _ml)).Fit(rows).Transform(rows);
        Assert.Equal(2, TestRows.Images(view, "Styled").Count);
        Assert.Contains(warnings, warning => warning.Contains("missing.png"));
        Assert.Equal(2, warnings.Count);
        Assert.Null(view.GetRowCount());
        Assert.Equal(["a.png", "c.png"], view.GetColumn<string>(view.Schema["Path"]));
    }

    [Fact]
    public void AFailureOfATransformBeforeIsNoUnreadableImage()
    {
        using TestFolder folder = new();
        string style = folder.Add("a.png", 1), other = folder.Add("b.png", 2);
        StyleTransferOptions failing = TestRows.Options, skipping = TestRows.Options;
        (failing.Normalization, failing.StyleWeight) = (LossNormalization.Absolute, float.MaxValue);
        skipping.SkipUnreadable = true;
        IDataView rows = folder.Rows(_ml, "a.png");
        IDataView view = _ml.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(_ml.Transforms.StyleTransfer("First", "Image", other, failing))
            .Append(_ml.Transforms.StyleTransfer("Second", "First", style, skipping)).Fit(rows).Transform(rows);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => TestRows.Images(view, "Second")); // not left out, not called unreadable
        Assert.Contains("not finite", error.Message);
    }

    [Fact]
    public void MissingAndWrongColumnsAreNamedByFitAndByTheChain()
    {
        using TestFolder folder = new();
        string style = folder.Add("a.png", 1);
        IDataView rows = folder.Rows(_ml, "a.png");
        Assert.Contains("'Nothing'",
            Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.StyleTransfer("S", "Nothing", style, TestRows.Options).Fit(rows)).Message);
        Assert.Contains("'Path'",
            Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.StyleTransfer("S", "Path", style, TestRows.Options).Fit(rows)).Message);
        Assert.Contains("'Path'", Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Transforms.CopyColumns("Copy",
                "Path").Append(_ml.Transforms.VggFeatures("F", "Path", "relu1_1", TestRows.Features)).Fit(rows)).Message);
        Assert.Contains("'Path'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.PreserveColor("P", "Path", "Path").Fit(rows)).Message);
    }

    [Fact]
    public void MissingFilesAndLayersAreNamedByFit()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using TestFolder folder = new();
        Assert.Contains("no-style.png",
            Assert.Throws<FileNotFoundException>(() =>
            _ml.Transforms.StyleTransfer("S", "Image", "no-style.png", TestRows.Options).Fit(rows)).Message);
        File.WriteAllText(folder.File("text.png"), "no picture");
        Assert.Contains("text.png",
            Assert.Throws<InvalidDataException>(() =>
            _ml.Transforms.StyleTransfer("S", "Image", folder.File("text.png"), TestRows.Options).Fit(rows)).Message);
        using MLImage style = TestRows.Image(2);
        StyleTransferOptions options = TestRows.Options;
        options.Network = "no-network.safetensors";
        Assert.Contains("no-network",
            Assert.Throws<FileNotFoundException>(() => _ml.Transforms.StyleTransfer("S", "Image", style, options).Fit(rows)).Message);
        Assert.Contains("relu9_9",
            Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.VggFeatures("F", "Image", "relu9_9", TestRows.Features).Fit(rows)).Message);
        Assert.Contains("relu9_9", Assert.Throws<ArgumentException>(
            () => _ml.Transforms.StyleDistance("F", "Image", "Other",
                new StyleDistanceOptions { Network = TestRows.Features.Network, Layers = ["relu9_9"] }).Fit(rows)).Message);
    }

    [Fact]
    public void OptionsAreCheckedWhenTheEstimatorIsMade()
    {
        StyleTransferOptions Options(Action<StyleTransferOptions> change)
        {
            StyleTransferOptions options = TestRows.Options;
            change(options);
            return options;
        }
        foreach (Action<StyleTransferOptions> wrong in new Action<StyleTransferOptions>[]
        {
            o => o.Size = -1,
            o => o.Network = " ",
            o => o.Compute.GpuDeviceId = -2,
            o => o.Start = StartImage.Image,
            o => o.StartFile = "x.png",
        })
            Assert.Throws<ArgumentException>(() => _ml.Transforms.StyleTransfer("S", "Image", "style.png", Options(wrong)));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.StyleTransfer("S", "Image", Array.Empty<StyleImage>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StyleImage("a.png", 0));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.VggFeatures("F", "Image", Array.Empty<string>()));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.VggFeatures("F", "Image", ["relu1_1", "relu1_1"]));
    }

    [Fact]
    public void AGpuThatIsNotThereIsAnErrorUnlessTheCpuMayTakeItsPlace()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        StyleTransferOptions options = TestRows.Options;
        options.Compute.GpuDeviceId = 99;
        Assert.Contains("cuda:99",
            Assert.Throws<InvalidOperationException>(() => _ml.Transforms.StyleTransfer("S", "Image", style, options).Fit(rows)).Message);
        List<string> messages = [];
        _ml.Log += (_, e) => messages.Add(e.Message);
        options.Compute.FallbackToCpu = true;
        string? used = null;
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("S", "Image", style, options,
            new StyleTransferMonitor { Completed = row => used = row.Result.Device }).Fit(rows);
        TestRows.FirstImage(model.Transform(rows), "S");
        Assert.Equal("cpu", used);
        Assert.Contains(messages, message => message.Contains("cuda:99"));
    }

    [Fact]
    public void TheContextsGpuIsFollowedIfTheOptionsNameNone()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        MLContext other = new() { GpuDeviceId = 98, FallbackToCpu = false };
        Assert.Contains("cuda:98",
            Assert.Throws<InvalidOperationException>(() =>
            other.Transforms.StyleTransfer("S", "Image", style, TestRows.Options, other).Fit(rows)).Message);
        other.FallbackToCpu = true; // which speaks for the context's own GPU, not for one that the options name
        StyleTransferOptions named = TestRows.Options;
        named.Compute.GpuDeviceId = 97;
        Assert.Contains("cuda:97",
            Assert.Throws<InvalidOperationException>(() =>
            other.Transforms.StyleTransfer("S", "Image", style, named, other).Fit(rows)).Message);
        other.Transforms.StyleTransfer("S", "Image", style, TestRows.Options, other).Fit(rows).Dispose();
    }
}
