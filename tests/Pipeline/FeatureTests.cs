using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Graphs;
using MLNetStyle.Pipeline;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class FeatureTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void VggFeaturesAreTheFeatureMapsOfTheNetwork()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using VggFeaturesTransformer model = _ml.Transforms.VggFeatures("F", "Image", ["relu1_1", "conv3_1", "pool4"],
            TestRows.Features).Fit(rows);
        IDataView view = model.Transform(rows);
        using MLImage image = TestRows.Image(1);
        foreach (string layer in model.Layers)
        {
            int channels = model.Network.Channels(layer), downscale = model.Network.Downscale(layer);
            VectorDataViewType type = Assert.IsType<VectorDataViewType>(view.Schema[$"F.{layer}"].Type);
            Assert.Equal([channels, TestRows.Height / downscale, TestRows.Width / downscale], type.Dimensions.AsEnumerable());
            float[] expected = Reference(ImagePixels.Read(image).Color, layer), found = TestRows.FirstVector(view, $"F.{layer}");
            Assert.Equal(type.Size, found.Length);
            Close(expected, found);
        }
    }

    [Theory]
    [InlineData("vgg16-notop.h5", "relu2_1")]
    [InlineData("vgg19.mat", "conv3_1")]
    [InlineData("squeezenet.onnx", "relu_1")]
    [InlineData("resnet.onnx", "relu2_1")]
    public void AnyNetworksFileGivesFeaturesAndGramMatrices(string file, string layer)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        Network network = MLNetStyle.Network.Load(NetworkFiles.At(file));
        using VggFeaturesTransformer model = _ml.Transforms.VggFeatures("F", "Image", layer,
            new VggFeaturesOptions { Network = NetworkFiles.At(file) })
            .Fit(rows);
        using MLImage image = TestRows.Image(1);
        PlanarImage picture = ImagePixels.Read(image).Color;
        GraphTensor map = LossRunner.Features(network, layer, picture.Samples, picture.Width, picture.Height);
        IDataView view = model.Transform(rows);
        VectorDataViewType type = Assert.IsType<VectorDataViewType>(view.Schema["F"].Type);
        Assert.Equal(map.Shape.Skip(1).Select(d => (int)d), type.Dimensions.AsEnumerable());
        Close(map.Values.ToArray(), TestRows.FirstVector(view, "F"));
        using GramStatisticsTransformer grams = _ml.Transforms.GramStatistics("G", "F").Fit(view);
        Assert.Equal(network.Channels(layer) * network.Channels(layer), TestRows.FirstVector(grams.Transform(view), "G").Length);
    }

    private sealed class MapRow
    {
        [VectorType(1, 2, 2, 3)]
        public float[] Map { get; set; } = [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1];
    }

    [Fact]
    public void AMapAsApplyOnnxModelGivesItHasAGramMatrix()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new MapRow()]);
        using GramStatisticsTransformer grams = _ml.Transforms.GramStatistics("G", "Map").Fit(rows);
        Close([91f / 12, 56f / 12, 56f / 12, 91f / 12], TestRows.FirstVector(grams.Transform(rows), "G"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheCpuEngineGivesWhatOnnxRuntimeGives(bool grams)
    {
        using MLImage image = TestRows.Image(1);
        PlanarImage picture = ImagePixels.Read(image).Color;
        string[] layers = ["relu1_1", "relu2_1", "relu3_2"];
        float[][] Compute(EngineKind engine)
        {
            using FeatureExtractor extractor = new(TinyNetwork.Shared.Network, layers, grams,
                new ComputeChoice(new ComputeOptions { Engine = engine }, null));
            Assert.Empty(extractor.Compute(picture, [false, true])[0]);
            return extractor.Compute(picture, []);
        }

        float[][] expected = Compute(EngineKind.Onnx), found = Compute(EngineKind.Cpu);
        for (int i = 0; i < layers.Length; i++) Close(expected[i], found[i], 1e-4);
    }

    [Fact]
    public void OneLayerHasTheBareNameAndUnsizedImagesAVectorThatVaries()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1, 33, 21);
        IDataView rows = folder.Rows(_ml, "a.png");
        IDataView view = _ml.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(_ml.Transforms.VggFeatures("F", "Image", "relu3_1", TestRows.Features)).Fit(rows).Transform(rows);
        Assert.False(Assert.IsType<VectorDataViewType>(view.Schema["F"].Type).IsKnownSize);
        Assert.Equal(8 * 8 * 5, TestRows.FirstVector(view, "F").Length);
    }

    [Fact]
    public void OnlyLayersAskedForAreComputed()
    {
        // 12 pixels are too few for relu5_1, which must not matter as long as nobody asks for it.
        using TestFolder folder = new();
        folder.Add("a.png", 1, 12, 12);
        IDataView rows = folder.Rows(_ml, "a.png");
        IDataView view = _ml.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(_ml.Transforms.VggFeatures("F", "Image", ["relu1_1", "relu5_1"], TestRows.Features)).Fit(rows).Transform(rows);
        Assert.Equal(4 * 12 * 12, TestRows.FirstVector(view, "F.relu1_1").Length);
        Assert.Contains("too small", Assert.Throws<ImageReadException>(() => TestRows.FirstVector(view, "F.relu5_1")).Message);
    }

    [Fact]
    public void TheNetworkRunsOnceARow()
    {
        CountingView rows = new(TestRows.Sized(_ml, 1));
        using VggFeaturesTransformer model = _ml.Transforms.VggFeatures("F", "Image", ["relu1_1", "relu2_1"], TestRows.Features).Fit(rows);
        IDataView view = model.Transform(rows);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["F.relu1_1"], view.Schema["F.relu2_1"]]);
        ValueGetter<VBuffer<float>> one = cursor.GetGetter<VBuffer<float>>(view.Schema["F.relu1_1"]),
            two = cursor.GetGetter<VBuffer<float>>(view.Schema["F.relu2_1"]);
        VBuffer<float> vector = default;
        Assert.True(cursor.MoveNext());
        one(ref vector);
        two(ref vector);
        one(ref vector);
        Assert.Equal(1, rows.Values["Image"]);
    }

    [Fact]
    public void GramsOfImagesAndOfTheirFeaturesAgree()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        IDataView view = _ml.Transforms.VggFeatures("F", "Image", "relu2_1", TestRows.Features)
            .Append(_ml.Transforms.GramStatistics("FromFeatures", "F"))
            .Append(_ml.Transforms.GramStatistics("FromImage", "Image", ["relu2_1"],
                new GramStatisticsOptions { Network = TestRows.Features.Network }))
            .Fit(rows).Transform(rows);
        Assert.Equal([8, 8], Assert.IsType<VectorDataViewType>(view.Schema["FromFeatures"].Type).Dimensions.AsEnumerable());
        Assert.Equal([8, 8], Assert.IsType<VectorDataViewType>(view.Schema["FromImage"].Type).Dimensions.AsEnumerable());
        float[] features = TestRows.FirstVector(view, "F"), gram = TestRows.FirstVector(view, "FromFeatures");
        int positions = features.Length / 8;
        double entry = 0;
        for (int i = 0; i < positions; i++) entry += (double)features[(2 * positions) + i] * features[(5 * positions) + i];
        Assert.Equal(entry / features.Length, gram[(2 * 8) + 5], 1e-4 * Math.Abs(entry / features.Length));
        Close(gram, TestRows.FirstVector(view, "FromImage"));
    }

    [Fact]
    public void GramsOfAVectorWithoutShapeNeedTheNumberOfChannels()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new Flat { Values = [1, 2, 3, 4] }]);
        Assert.Contains("Channels", Assert.Throws<ArgumentException>(() => _ml.Transforms.GramStatistics("G", "Values").Fit(rows)).Message);
        using GramStatisticsTransformer model = _ml.Transforms.GramStatistics("G", "Values",
            new GramStatisticsOptions { Channels = 2 }).Fit(rows);
        Assert.Equal([1.25f, 2.75f, 2.75f, 6.25f], TestRows.FirstVector(model.Transform(rows), "G"));
        Assert.Equal([1.25f, 2.75f, 2.75f, 6.25f], TestRows.FirstVector(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "G"));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.GramStatistics("G", "Values", ["relu1_1"]).Fit(rows));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("vgg16-notop.h5")]
    [InlineData("vgg19-zip.pth")]
    [InlineData("vgg19.mat")]
    [InlineData("squeezenet.onnx")]
    public void StyleDistanceIsTheMeanRelativeGramDistance(string? file)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        StyleDistanceOptions options = new()
        {
            Network = file is null ? TestRows.Features.Network : NetworkFiles.At(file),
            Layers = ["relu1_1", "relu3_1"],
        };
        using StyleDistanceTransformer model = _ml.Transforms.StyleDistance("D", "Image", "Other", options).Fit(rows);
        IDataView view = model.Transform(rows);
        using GramStatisticsTransformer grams = _ml.Transforms.GramStatistics("G", "Image", options.Layers,
            new GramStatisticsOptions { Network = options.Network }).Fit(rows);
        using GramStatisticsTransformer targets = _ml.Transforms.GramStatistics("A", "Other", options.Layers,
            new GramStatisticsOptions { Network = options.Network }).Fit(rows);
        double sum = 0;
        foreach (string layer in options.Layers)
        {
            float[] g = TestRows.FirstVector(grams.Transform(rows), $"G.{layer}"),
                a = TestRows.FirstVector(targets.Transform(rows), $"A.{layer}");
            sum += g.Zip(a).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / a.Sum(v => Math.Pow(v, 2));
        }
        Assert.Equal(sum / 2, Number(view, "D"), 1e-4 * sum);
        Assert.Equal(Number(view, "D"), Number(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "D"));
        using StyleDistanceTransformer same = _ml.Transforms.StyleDistance("D", "Image", "Image", options).Fit(rows);
        Assert.Equal(0, Number(same.Transform(rows), "D"));
    }

    [Theory]
    [InlineData(PreserveColorMode.Luminance, LuminanceSpace.Yiq, ColorMatching.SquareRoot, false)]
    [InlineData(PreserveColorMode.Luminance, LuminanceSpace.Yiq, ColorMatching.SquareRoot, true)]
    [InlineData(PreserveColorMode.Luminance, LuminanceSpace.Lab, ColorMatching.SquareRoot, false)]
    [InlineData(PreserveColorMode.Luminance, LuminanceSpace.Lab, ColorMatching.SquareRoot, true)]
    [InlineData(PreserveColorMode.Histogram, LuminanceSpace.Yiq, ColorMatching.SquareRoot, false)]
    [InlineData(PreserveColorMode.Histogram, LuminanceSpace.Yiq, ColorMatching.Cholesky, false)]
    [InlineData(PreserveColorMode.HistogramAfter, LuminanceSpace.Yiq, ColorMatching.SquareRoot, false)]
    [InlineData(PreserveColorMode.HistogramAfter, LuminanceSpace.Yiq, ColorMatching.Cholesky, false)]
    public void PreserveColorIsThatOfTheImagingFloor(PreserveColorMode mode, LuminanceSpace space, ColorMatching matching,
        bool matchLuminance)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using PreserveColorTransformer model = _ml.Transforms.PreserveColor("Kept", "Image", "Other", new PreserveColorOptions
        {
            Mode = mode,
            LuminanceSpace = space,
            ColorMatching = matching,
            MatchLuminance = matchLuminance,
        }).Fit(rows);
        using MLImage styled = TestRows.Image(1), content = TestRows.Image(101);
        ImagePixels pixels = ImagePixels.Read(styled);
        PlanarImage target = ImagePixels.Read(content).Color;
        PlanarImage expected = mode == PreserveColorMode.Luminance
            ? ColorTransfer.Luminance(pixels.Color, target, space, matchLuminance)
            : ColorTransfer.MatchHistogram(pixels.Color, target, matching);
        using MLImage image = pixels.With(expected).ToImage();
        byte[] kept = TestRows.FirstImage(model.Transform(rows), "Kept");
        Assert.Equal(TestRows.Rgba(image), kept);
        Assert.Equal(kept, TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Kept"));
    }

    [Fact]
    public void PreserveColorRefusesWhatWouldHaveNoEffect()
    {
        Assert.Contains("Mode is None", Refused(new() { Mode = PreserveColorMode.None }));
        Assert.Contains("Mode is 9", Refused(new() { Mode = (PreserveColorMode)9 }));
        Assert.Contains("ColorMatching is Cholesky, but Mode is Luminance", Refused(new() { ColorMatching = ColorMatching.Cholesky }));
        Assert.Contains("LuminanceSpace is Lab, but Mode is Histogram",
            Refused(new() { Mode = PreserveColorMode.Histogram, LuminanceSpace = LuminanceSpace.Lab }));
        Assert.Contains("MatchLuminance is True, but Mode is HistogramAfter",
            Refused(new() { Mode = PreserveColorMode.HistogramAfter, MatchLuminance = true }));

        string Refused(PreserveColorOptions options) =>
            Assert.Throws<ArgumentException>(() => _ml.Transforms.PreserveColor("Kept", "Image", "Other", options)).Message;
    }

    [Fact]
    public void APreserveColorOfAnEarlierVersionIsReadAsItWas()
    {
        PlanarImage styled, content;
        using (MLImage a = TestRows.Image(1), b = TestRows.Image(101)) (styled, content) = (ImagePixels.Read(a).Color,
            ImagePixels.Read(b).Color);
        foreach (PreserveColorMode mode in new[] { PreserveColorMode.Luminance, PreserveColorMode.Histogram })
        {
            string saved = $$"""{"operation":"PreserveColor","mode":"{{mode}}"}""";
            using MLImage a = TestRows.Image(1), b = TestRows.Image(101);
            float[] kept = PreserveColorOperation.Read(new MLNetStyle.Pipeline.SavedState(saved, [])).Apply(ImagePixels.Read(a),
                ImagePixels.Read(b)).Color.Samples;
            PlanarImage expected = mode == PreserveColorMode.Luminance ? ColorTransfer.Luminance(styled, content)
                : ColorTransfer.MatchHistogram(styled, content);
            Assert.Equal(ImagePixels.Read(a).With(expected).Color.Samples, kept);
        }
    }

    [Fact]
    public void FeaturesAndGramsHaveTheSameNumbersAfterLoading()
    {
        IDataView rows = Unsized(1, 2);
        string[] layers = ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1", "relu2_1", "conv2_2", "relu2_2",
            "pool2"]; // more than one mapping holds
        ITransformer model = _ml.Transforms.VggFeatures("F", "Image", layers, TestRows.Features)
            .Append(_ml.Transforms.GramStatistics("G", "Image",
                new GramStatisticsOptions { Network = TestRows.Features.Network })).Fit(rows);
        IDataView before = model.Transform(rows), after = TestRows.Reload(_ml, model, rows.Schema).Transform(rows);
        foreach (string column in layers.Select(layer => $"F.{layer}").Append("G.relu1_1").Append("G.relu5_1"))
            Assert.Equal(TestRows.FirstVector(before, column), TestRows.FirstVector(after, column));
        Assert.Equal(before.Schema.Where(c => !c.IsHidden).Select(c => c.Name), after.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnExportedNetworkGivesTheSameNumbersThroughApplyOnnxModel(bool sized)
    {
        using TestFolder folder = new();
        string file = folder.File("features.onnx");
        string[] layers = ["relu1_1", "relu3_1"];
        NetworkExporter.Export(TinyNetwork.Shared.Network, layers, file, sized ? TestRows.Width : 0, sized ? TestRows.Height : 0);
        Dictionary<string, int[]> shapes = new() { ["Pixels"] = [1, 3, TestRows.Height, TestRows.Width] };
        if (!sized)
        {
            shapes["relu1_1"] = [1, 4, TestRows.Height, TestRows.Width];
            shapes["relu3_1"] = [1, 8, TestRows.Height / 4, TestRows.Width / 4];
        }
        IDataView rows = TestRows.Sized(_ml, 1);
        ITransformer model = _ml.Transforms.ExtractPixels(NetworkExporter.InputName, "Image")
            .Append(sized
                ? _ml.Transforms.ApplyOnnxModel(layers, [NetworkExporter.InputName], file)
                : _ml.Transforms.ApplyOnnxModel(layers, [NetworkExporter.InputName], file, shapes, gpuDeviceId: null, fallbackToCpu: false))
            .Append(_ml.Transforms.VggFeatures("F", "Image", layers, TestRows.Features)).Fit(rows);
        IDataView view = model.Transform(rows);
        foreach (string layer in layers) Close(TestRows.FirstVector(view, $"F.{layer}"), TestRows.FirstVector(view, layer), 1e-5);
        OnnxModel read = OnnxFile.Load(file);
        Assert.Equal(TinyNetwork.Shared.Network.Sha256, read.Metadata["sha256"]);
    }

    [Fact]
    public void Vgg19GivesTheSameNumbersThroughApplyOnnxModel()
    {
        using TestFolder folder = new();
        string file = folder.File("vgg.onnx");
        NetworkExporter.Export(Vgg19.EightBits.Network, ["relu3_1"], file, TestRows.Width, TestRows.Height);
        IDataView rows = TestRows.Sized(_ml, 1);
        IDataView view = _ml.Transforms.ExtractPixels(NetworkExporter.InputName, "Image")
            .Append(_ml.Transforms.ApplyOnnxModel("relu3_1", NetworkExporter.InputName, file))
            .Append(_ml.Transforms.VggFeatures("F", "Image", "relu3_1",
                new VggFeaturesOptions { Network = Vgg19.BesideTheTests })).Fit(rows).Transform(rows);
        Close(TestRows.FirstVector(view, "F"), TestRows.FirstVector(view, "relu3_1"), 1e-5);
        Assert.Equal(256 * 8 * 10, TestRows.FirstVector(view, "F").Length);
    }

    [Fact]
    public void ANetworkWithTapsIsExportedAsItIsSeen()
    {
        using TestFolder folder = new();
        string file = folder.File("compact.onnx");
        NetworkExporter.Export(MLNetStyle.Network.Load("compact"), ["relu2_1", "conv2_2"], file, TestRows.Width, TestRows.Height);
        IDataView rows = TestRows.Sized(_ml, 1);
        ITransformer model = _ml.Transforms.ExtractPixels(NetworkExporter.InputName, "Image")
            .Append(_ml.Transforms.ApplyOnnxModel(["relu2_1", "conv2_2"], [NetworkExporter.InputName], file))
            .Append(_ml.Transforms.VggFeatures("F", "Image", ["relu2_1", "conv2_2"],
                new VggFeaturesOptions { Network = "compact" })).Fit(rows);
        IDataView view = model.Transform(rows), unsized = Unsized(1);
        using VggFeaturesTransformer features = _ml.Transforms.VggFeatures("F", "Image", ["relu2_1", "conv2_2"],
            new VggFeaturesOptions { Network = "compact" }).Fit(unsized);
        IDataView loaded = TestRows.Reload(_ml, features, unsized.Schema).Transform(unsized);
        foreach (string layer in new[] { "relu2_1", "conv2_2" })
        {
            Close(TestRows.FirstVector(view, $"F.{layer}"), TestRows.FirstVector(view, layer));
            Assert.Equal(TestRows.FirstVector(view, $"F.{layer}"), TestRows.FirstVector(loaded, $"F.{layer}"));
        }
    }

    [Theory]
    [InlineData(8, 8, "too small")]
    [InlineData(64, 0, "too small")]
    public void ExportRefusesSizesThatCantBe(int width, int height, string message)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            NetworkExporter.Export(TinyNetwork.Shared.Network, ["relu5_1"], "none.onnx", width, height));
        Assert.Contains(message, error.Message);
        Assert.False(File.Exists("none.onnx"));
    }

    private static float[] Reference(PlanarImage image, string layer)
    {
        GraphBuilder graph = new();
        GraphValue input = graph.Input("x", ElementType.Float, "1", "3", "h", "w");
        graph.Output(TinyNetwork.Shared.Network.Build(graph, input, [layer])[layer], "y");
        using GraphSession session = new(graph);
        return session.Run(new Dictionary<string, GraphTensor> { ["x"] = new(image.Samples, 1, 3, image.Height, image.Width) },
            "y").Values.ToArray();
    }

    private static void Close(float[] expected, float[] found, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        Assert.True(expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) <= tolerance * scale, "the numbers differ");
    }

    private IDataView Unsized(params int[] seeds)
    {
        ImageColumns.Register();
        return _ml.Data.LoadFromEnumerable(seeds.Select(seed => new Plain { Image = TestRows.Image(seed) }));
    }

    private static float Number(IDataView view, string column) => view.GetColumn<float>(view.Schema[column]).First();

    private sealed class Plain
    {
        public MLImage? Image { get; set; }
    }

    private sealed class Flat
    {
        public float[] Values { get; set; } = [];
    }
}
