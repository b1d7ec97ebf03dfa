using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class SaveLoadTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void UnsizedImagesHaveTheSamePixelsAfterLoading()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1);
        folder.Add("b.png", 2, 50, 30, transparent: true);
        IDataView rows = folder.Rows(_ml, "a.png", "b.png");
        string style = folder.Add("style.png", 50, 33, 44);
        ITransformer model = _ml.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options)).Fit(rows);
        List<byte[]> before = TestRows.Images(model.Transform(rows), "Styled");
        File.Delete(style);
        IDataView after = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        Assert.Equal(before, TestRows.Images(after, "Styled"));
        Assert.Equal(["Path", "Image", "Styled"], after.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
    }

    [Theory]
    [InlineData(PreserveColorMode.None, 40)]
    [InlineData(PreserveColorMode.Histogram, 40)]
    [InlineData(PreserveColorMode.None, 0)]
    [InlineData(PreserveColorMode.Luminance, 24)]
    [InlineData(PreserveColorMode.Luminance, 24, LuminanceSpace.Lab, ColorMatching.SquareRoot, true)]
    [InlineData(PreserveColorMode.Histogram, 24, LuminanceSpace.Yiq, ColorMatching.Cholesky)]
    [InlineData(PreserveColorMode.HistogramAfter, 24, LuminanceSpace.Yiq, ColorMatching.Cholesky)]
    public void SizedImagesHaveTheSamePixelsAndTypeAfterLoading(
        PreserveColorMode mode, int size, LuminanceSpace space = LuminanceSpace.Yiq, ColorMatching matching = ColorMatching.SquareRoot,
            bool matchLuminance = false)
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        StyleTransferOptions options = TestRows.Options;
        (options.PreserveColor, options.Size) = (mode, size);
        (options.LuminanceSpace, options.ColorMatching, options.MatchLuminance) = (space, matching, matchLuminance);
        using MLImage style = TestRows.Image(50);
        ITransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, options).Fit(rows);
        IDataView before = model.Transform(rows), after = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        Assert.Equal(TestRows.Images(before, "Styled"), TestRows.Images(after, "Styled"));
        Assert.Equal(before.Schema["Styled"].Type, after.Schema["Styled"].Type);
    }

    [Fact]
    public void ALoadedModelCanBeSavedAndLoadedAgain()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        ITransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        ITransformer once = TestRows.Reload(_ml, model, rows.Schema), twice = TestRows.Reload(_ml, once, rows.Schema);
        Assert.Equal(TestRows.FirstImage(model.Transform(rows), "Styled"), TestRows.FirstImage(twice.Transform(rows), "Styled"));
    }

    [Fact]
    public void RowsOfImagesAloneAreSavedWithoutASchema()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        ITransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        using MemoryStream refused = new(), saved = new();
        Assert.Throws<InvalidOperationException>(() => _ml.Model.Save(model, rows.Schema, refused));
        _ml.Model.Save(model, null, saved);
        saved.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(saved, out DataViewSchema? schema);
        Assert.Null(schema);
        Assert.Equal(TestRows.FirstImage(model.Transform(rows), "Styled"), TestRows.FirstImage(loaded.Transform(rows), "Styled"));
    }

    [Fact]
    public void AStyleColumnAndAStartImageAreSaved()
    {
        using TestFolder folder = new();
        StyleTransferOptions options = TestRows.Options;
        (options.Start, options.StartFile) = (StartImage.Image, folder.Add("start.png", 77));
        IDataView rows = TestRows.Sized(_ml, 1);
        ITransformer model = _ml.Transforms.StyleTransferFromColumn("Styled", "Image", "Other", options).Fit(rows);
        Assert.Equal(TestRows.FirstImage(model.Transform(rows), "Styled"),
            TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
    }

    [Fact]
    public void TwoTransfersInOnePipelineKeepApart()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage one = TestRows.Image(50), two = TestRows.Image(51);
        ITransformer model = _ml.Transforms.StyleTransfer("A", "Image", one, TestRows.Options)
            .Append(_ml.Transforms.StyleTransfer("B", "A", two, TestRows.Options))
            .Append(_ml.Transforms.PreserveColor("C", "B", "Image")).Fit(rows);
        IDataView before = model.Transform(rows), after = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        foreach (string column in new[] { "A", "B", "C" }) Assert.Equal(TestRows.FirstImage(before, column),
            TestRows.FirstImage(after, column));
    }

    [Fact]
    public void OptionsOfTheMachineAreNotSaved()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        StyleTransferOptions options = TestRows.Options;
        (options.Compute.Threads, options.Compute.FallbackToCpu, options.PreviewEvery, options.StyleWeight) = (1, true, 7, 12.5);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, options).Fit(rows);
        MLNetStyle.Pipeline.StyleTransferOperation operation = MLNetStyle.Pipeline.StyleTransferOperation.Create(
            options, MLNetStyle.Pipeline.ComputeChoice.Of(options.Compute, null), [new StyleSourceImage(new PlanarImage(32, 32))], null);
        string json = operation.Save().Options;
        foreach (string word in new[] { "fallback", "threads", "device", "previewEvery", "cancellation", "callbacks", "gpu", "compute" })
            Assert.DoesNotContain(word, json, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("12.5", json);
        StylizationOptions read = MLNetStyle.Pipeline.StyleTransferOperation.Read(operation.Save()).Options;
        Assert.Equal((12.5, 0, 4), (read.StyleWeight, read.Compute.Threads, read.Iterations));
        Assert.Equal(options.StyleLayers, read.StyleLayers);
    }

    [Fact]
    public void ARelayIsSavedWithTheStyleOfBothNetworks()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        StyleTransferOptions options = TestRows.Options;
        (options.Network, options.Iterations) = ("relay", 6);
        using MLImage style = TestRows.Image(50);
        StyleTransferRow? done = null;
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("Styled", "Image", style, options,
            new StyleTransferMonitor { Completed = row => done = row }).Fit(rows);
        Assert.Equal(["compact", "vgg19"], model.Networks.Select(n => n.Name));
        Assert.Same(model.Networks[1], model.Network);
        byte[] live = TestRows.FirstImage(model.Transform(rows), "Styled");
        Assert.Equal(["compact", "vgg19"], done!.Result.History.Select(h => h.Network).Distinct());
        Assert.Equal(live, TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
    }

    [Fact]
    public void ARelayMeasuresNoFeatures()
    {
        VggFeaturesOptions options = new() { Network = "relay" };
        Assert.Contains("compact and vgg19", Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.VggFeatures("F", "Image", "relu3_1", options).Fit(TestRows.Sized(_ml, 1))).Message);
    }

    [Fact]
    public void AMissingNetworkIsAnErrorAtTheFirstRowThatNamesTheFile()
    {
        TinyNetwork network = new(5);
        ITransformer loaded;
        IDataView rows = TestRows.Sized(_ml, 1);
        using (network)
        {
            StyleTransferOptions options = TestRows.Options;
            options.Network = network.File;
            using MLImage style = TestRows.Image(50);
            loaded = TestRows.Reload(_ml, _ml.Transforms.StyleTransfer("Styled", "Image", style, options).Fit(rows), rows.Schema);
        }
        IDataView view = loaded.Transform(rows);
        Exception error = Assert.ThrowsAny<Exception>(() => TestRows.FirstImage(view, "Styled"));
        Assert.Contains("tiny.safetensors", Flat(error));
    }

    [Fact]
    public void AnotherNetworkUnderTheSameNameIsRefusedByItsHash()
    {
        using TinyNetwork network = new(6), other = new(7);
        StyleTransferOptions options = TestRows.Options;
        options.Network = network.File;
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        string expected = network.Network.Sha256;
        ITransformer loaded = TestRows.Reload(_ml, _ml.Transforms.StyleTransfer("Styled", "Image", style, options).Fit(rows), rows.Schema);
        File.Copy(other.File, network.File, true);
        File.SetLastWriteTimeUtc(network.File, DateTime.UtcNow.AddHours(1));
        string message = Flat(Assert.ThrowsAny<Exception>(() => TestRows.FirstImage(loaded.Transform(rows), "Styled")));
        Assert.Contains(expected, message);
        Assert.Contains(network.File, message);
    }

    [Fact]
    public void AnotherProcessMakesTheSamePicture()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1);
        IDataView rows = folder.Rows(_ml, folder.File("a.png"));
        string style = folder.Add("style.png", 50);
        ITransformer model = _ml.Transforms.LoadImages("Image", "", "Path")
            .Append(_ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options)).Fit(rows);
        _ml.Model.Save(model, rows.Schema, folder.File("model.zip"));
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(SaveLoadTests).Assembly.Location, ModelRunner.Command, folder.File("model.zip"),
                folder.File("a.png"), folder.File("out.bin") },
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        Assert.Equal(TestRows.FirstImage(model.Transform(rows), "Styled"), File.ReadAllBytes(folder.File("out.bin")));
    }

    [Fact]
    public void TheLayoutOfExtractedPixelsIsFoundOut()
    {
        MLNetStyle.Pipeline.PixelLayout layout = MLNetStyle.Pipeline.PixelLayout.Probe(_ml.Transforms, 1, 1);
        Assert.Equal(new MLNetStyle.Pipeline.PixelLayout(1, 1, 1, 2, 3, 0), layout);
        using MLImage image = layout.ToImage([40, 10, 20, 30]);
        Assert.Equal([10, 20, 30, 40], TestRows.Rgba(image));
    }

    private static string Flat(Exception error) => string.Join(" / ", Chain(error).Select(e => e.Message));

    private static IEnumerable<Exception> Chain(Exception? error)
    {
        for (; error is not null; error = error.InnerException) yield return error;
    }
}
