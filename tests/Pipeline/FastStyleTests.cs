using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Graphs;
using MLNetStyle.Tests.Support;
using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class FastStyleTests
{
    private readonly MLContext _ml = new();

    private static FastStyleTransferOptions Options => new()
    {
        Size = FastStyleSize.Small,
        LossNetwork = TinyNetwork.Shared.File,
        Iterations = 2,
        BatchSize = 2,
        ImageSize = 64,
        StyleSize = 64,
    };

    [Fact]
    public void FitTrainsOnTheRowsAndASavedModelPaintsTheSamePixels()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1, 80, 70);
        folder.Add("b.png", 2, 67, 93, transparent: true);
        FastStyle[] styles = [folder.Add("waves.png", 50, 70, 66), new FastStyle("Dots", folder.Add("dots.png", 51, 66, 70))];
        IDataView rows = folder.Rows(_ml, "a.png", "b.png");
        FastStyleTransferOptions options = Options;
        options.StyleWeights = new Dictionary<string, double> { ["dots"] = 3, ["waves"] = 1 };
        options.Strength = 0.75;
        List<FastStyleProgress> steps = [];
        options.MetricsCallback = steps.Add;
        ITransformer model = _ml.Transforms.LoadImages("Image", folder.Path,
            "Path").Append(_ml.Transforms.FastStyleTransfer("Styled", "Image", styles, options)).Fit(rows);
        Assert.Equal([1, 2], steps.Select(step => step.Iteration));
        Assert.All(steps, step => Assert.True(double.IsFinite(step.Loss) && step.Loss > 0));
        List<byte[]> before = TestRows.Images(model.Transform(rows), "Styled");
        Assert.Equal(before, TestRows.Images(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
        Assert.NotEqual(TestRows.Images(model.Transform(rows), "Image"), before);
    }

    [Fact]
    public void RowsChooseTheirStylesByAColumn()
    {
        FastStyleTransferOptions options = Options;
        options.StyleWeightsColumn = nameof(WeightedRow.Weights);
        WeightedRow[] rows = [new(1, 1, 0), new(1, 0, 1), new(1, 1, 1), new(1, 2, 0)];
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        using MLImage a = TestRows.Image(50, 64, 64), b = TestRows.Image(51, 64, 64);
        using FastStyleTransferTransformer model = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            [new FastStyle("a", new StyleImage(a)), new FastStyle("b", new StyleImage(b))], options).Fit(view);
        List<byte[]> styled = TestRows.Images(model.Transform(view), "Styled");
        Assert.NotEqual(styled[0], styled[1]);
        Assert.NotEqual(styled[0], styled[2]);
        Assert.Equal(styled[0], styled[3]);
        Assert.Equal(styled, TestRows.Images(TestRows.Reload(_ml, model, view.Schema).Transform(view), "Styled"));
        Assert.Equal(view.Schema["Image"].Type, model.GetOutputSchema(view.Schema)["Styled"].Type);
    }

    [Fact]
    public void NothingIsPaintedBeforeACursorReads()
    {
        CountingView rows = new(TestRows.Sized(_ml, 1, 2));
        using MLImage style = TestRows.Image(50, 64, 64);
        using FastStyleTransferTransformer model = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("s", new StyleImage(style)), Options).Fit(rows);
        Assert.Equal(1, rows.Cursors);
        Assert.Equal(2, rows.Values["Image"]);
        IDataView view = model.Transform(rows);
        Assert.Equal(1, rows.Cursors);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        Assert.True(cursor.MoveNext());
        MLImage image = null!;
        cursor.GetGetter<MLImage>(view.Schema["Styled"])(ref image);
        Assert.Equal((TestRows.Width, TestRows.Height), (image.Width, image.Height));
        Assert.Equal(3, rows.Values["Image"]);
        image.Dispose();
    }

    [Fact]
    public void TheFileIsAnOrdinaryModelThatApplyOnnxModelRuns()
    {
        using TestFolder folder = new();
        IDataView rows = TestRows.Sized(_ml, 3);
        using MLImage a = TestRows.Image(50, 64, 64), b = TestRows.Image(51, 64, 64);
        using FastStyleTransferTransformer model = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            [new FastStyle("a", new StyleImage(a)), new FastStyle("b", new StyleImage(b))], Options).Fit(rows);
        string file = folder.File("styles.onnx");
        model.Network.Save(file, half: false);
        using MLImage image = TestRows.Image(3);
        PlanarImage picture = PixelBytes.ToPlanar(image.Pixels, image.Width, image.Height, PixelOrder.Rgba),
            expected = model.Network.Paint(picture, [0.25f, 0.75f]);
        ITransformer onnx = _ml.Transforms.ApplyOnnxModel(["painted"], ["image", "styles"], file,
            new Dictionary<string, int[]> { ["image"] = [1, 3, TestRows.Height, TestRows.Width], ["styles"] = [1, 2] }, gpuDeviceId: null,
                fallbackToCpu: false)
            .Fit(_ml.Data.LoadFromEnumerable<OnnxRow>([]));
        OnnxRow row = new() { Image = picture.Samples, Styles = [1, 3] };
        float[] painted = _ml.Data.CreateEnumerable<OnnxResult>(onnx.Transform(_ml.Data.LoadFromEnumerable([row])), false).Single().Painted;
        Assert.Equal(expected.Samples.Length, painted.Length);
        for (int i = 0; i < painted.Length; i++) Assert.InRange(painted[i], expected.Samples[i] - 0.05, expected.Samples[i] + 0.05);

        model.Network.Save(file);
        using FastStyleNetwork half = FastStyleNetwork.Load(file);
        Assert.Equal(["a", "b"], half.Styles);
        PlanarImage again = half.Paint(picture, [0.25f, 0.75f]);
        for (int i = 0; i < painted.Length; i++) Assert.InRange(again.Samples[i], expected.Samples[i] - 2, expected.Samples[i] + 2);
    }

    [Theory]
    [InlineData(255f, false)]
    [InlineData(1f, false)]
    [InlineData(255f, true)]
    public void AModelOfOthersIsPaintedWithInItsOwnLevelsAndSize(float white, bool isFixed)
    {
        using TestFolder folder = new();
        string file = folder.File("negative.onnx");
        GraphBuilder graph = new("negative");
        GraphValue input = graph.Input("in", ElementType.Float, "1", "3", isFixed ? "48" : "h", isFixed ? "60" : "w");
        // Levels beyond white are cut off before they are turned round, as by a sigmoid at the end.
        GraphValue cut = graph.Node("Clip", [input, graph.Constant(0f), graph.Constant(white)]);
        graph.Output(graph.Sub(graph.Constant(white), cut), "out");
        OnnxFile.Save(graph, file);
        IDataView rows = TestRows.Sized(_ml, 4);
        using FastStyleTransferTransformer model = _ml.Transforms.ApplyFastStyles("Styled", "Image", file).Fit(rows);
        Assert.Equal(["negative"], model.Network.Styles);
        PlanarImage picture = new(40, 32);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = isFixed ? 60 : i % 251;
        float[] painted = model.Network.Paint(picture, "negative").Samples;
        for (int i = 0; i < painted.Length; i++) Assert.Equal(255 - picture.Samples[i], painted[i], 0.01);
        Assert.Equal(TestRows.Images(model.Transform(rows), "Styled"),
            TestRows.Images(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
        Assert.Contains("was not made by this library", Assert.Throws<ArgumentException>(() =>
        {
            FastStyleTransferOptions options = Options;
            options.InitialModel = file;
            using MLImage image = TestRows.Image(50, 64, 64);
            _ml.Transforms.FastStyleTransfer("Styled", "Image", new FastStyle("s", new StyleImage(image)), options).Fit(rows);
        }).Message);
    }

    [Fact]
    public void AModelOfAnotherKindIsRefused()
    {
        using TestFolder folder = new();
        string file = folder.File("sum.onnx");
        GraphBuilder graph = new("sum");
        graph.Output(graph.Add(graph.Input("a", ElementType.Float, "2"), graph.Input("b", ElementType.Float, "2")), "c");
        OnnxFile.Save(graph, file);
        Assert.Contains("no model that makes a picture", Assert.Throws<InvalidDataException>(() => FastStyleNetwork.Load(file)).Message);
        File.WriteAllText(file, "nothing");
        Assert.Throws<InvalidDataException>(() => FastStyleNetwork.Load(file));
    }

    [Fact]
    public void StylesOfTheInitialModelStayAsTheyAre()
    {
        using TestFolder folder = new();
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        using MLImage a = TestRows.Image(50, 64, 64), b = TestRows.Image(51, 64, 64);
        using FastStyleTransferTransformer first = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("a", new StyleImage(a)), Options).Fit(rows);
        FastStyleTransferOptions options = Options;
        options.InitialModel = folder.File("first.onnx");
        first.Network.Save(options.InitialModel, half: false);
        using FastStyleTransferTransformer both = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("b", new StyleImage(b)), options).Fit(rows);
        Assert.Equal(["a", "b"], both.Network.Styles);
        PlanarImage picture = new(64, 48);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = i % 251;
        float[] before = first.Network.Paint(picture, "a").Samples;
        Assert.Equal(before, both.Network.Paint(picture, "A").Samples);
        Assert.NotEqual(before, both.Network.Paint(picture, "b").Samples);
        Assert.Equal(first.Network.Paint(picture, "a", 0.5).Samples, both.Network.Paint(picture, "a", 0.5).Samples);

        // A model of before, without norms for the photograph: it stays without where its styles are kept, and gets them where all is
        // trained.
        TransformNetwork one = first.Network.Network!;
        Assert.Equal(one.Photograph, both.Network.Network!.Photograph);
        using (FastStyleNetwork old = new(TransformNetwork.Of(one.Shape, one.Shared, one.Styles, one.Norms)))
            old.Save(options.InitialModel, half: false);
        using FastStyleTransferTransformer without = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("b", new StyleImage(b)), options).Fit(rows);
        Assert.Null(without.Network.Network!.Photograph);
        Assert.Equal(before, without.Network.Paint(picture, "a").Samples);

        options.KeepInitialStyles = false;
        using FastStyleTransferTransformer moved = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("b", new StyleImage(b)), options).Fit(rows);
        Assert.Equal(["b"], moved.Network.Styles);
        Assert.NotNull(moved.Network.Network!.Photograph);

        // Named again, a style goes on from where it is: with hardly any step the picture hardly moves.
        (options.LearningRate, options.Iterations) = (1e-9, 1);
        using FastStyleTransferTransformer goesOn = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("A", new StyleImage(a)), options).Fit(rows);
        Assert.Equal(["A"], goesOn.Network.Styles);
        float[] after = goesOn.Network.Paint(picture, "a").Samples;
        for (int i = 0; i < after.Length; i++) Assert.Equal(before[i], after[i], 0.5);
    }

    [Fact]
    public void AMediumModelGrowsLargeWhereAllOfItIsTrained()
    {
        using TestFolder folder = new();
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        using MLImage a = TestRows.Image(50, 64, 64);
        FastStyle style = new("a", new StyleImage(a));
        FastStyleTransferOptions options = Options;
        (options.Size, options.Iterations, options.LearningRate) = (FastStyleSize.Medium, 1, 1e-9);
        using FastStyleTransferTransformer medium = _ml.Transforms.FastStyleTransfer("Styled", "Image", style, options).Fit(rows);
        options.InitialModel = folder.File("medium.onnx");
        medium.Network.Save(options.InitialModel, half: false);

        options.Size = FastStyleSize.Large;
        Assert.Contains("stay as they are", Refused());
        options.KeepInitialStyles = false;
        using FastStyleTransferTransformer large = _ml.Transforms.FastStyleTransfer("Styled", "Image", style, options).Fit(rows);
        Assert.Equal(FastStyleSize.Large, large.Network.Size);
        Assert.True(large.Network.Parameters > 1.5 * medium.Network.Parameters);
        PlanarImage picture = new(64, 48);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = i % 251;
        float[] before = medium.Network.Paint(picture, "a").Samples, after = large.Network.Paint(picture, "a").Samples;
        for (int i = 0; i < after.Length; i++) Assert.Equal(before[i], after[i], 0.5);

        // A step that counts moves the branch: its scales were 0.
        (options.LearningRate, options.Iterations) = (0.01, 3);
        using FastStyleTransferTransformer trained = _ml.Transforms.FastStyleTransfer("Styled", "Image", style, options).Fit(rows);
        TransformLayer joins = trained.Network.Network!.Shape.Layers.Single(l => l.Name == "coarse3");
        Assert.Contains(trained.Network.Network.Norms[0].AsSpan(joins.NormOffset, joins.Outputs).ToArray(), v => Math.Abs(v) > 1e-4);

        // A large model stays large whatever the size says, and needs crops that fit it.
        trained.Network.Save(options.InitialModel, half: false);
        (options.Size, options.ImageSize) = (FastStyleSize.Medium, 68);
        Assert.Contains("a multiple of 8", Refused());
        options.ImageSize = 64;
        using FastStyleTransferTransformer again = _ml.Transforms.FastStyleTransfer("Styled", "Image", style, options).Fit(rows);
        Assert.Equal(FastStyleSize.Large, again.Network.Size);

        using (FastStyleNetwork small = new(TransformNetwork.Start(TransformShape.Small, ["a"], 1)))
            small.Save(options.InitialModel);
        options.Size = FastStyleSize.Large;
        Assert.Contains("only a medium one", Refused());
        options.KeepInitialStyles = true;
        Assert.Contains("only a medium one", Refused());

        string Refused() => Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.FastStyleTransfer("Styled", "Image", style, options).Fit(rows)).Message;
    }

    [Fact]
    public void LessStrengthIsPaintedBetweenThePhotographsNormsAndTheStyles()
    {
        using TestFolder folder = new();
        TransformNetwork trained = TransformNetwork.Start(TransformShape.Small, ["s"], 1);
        Random random = new(2);
        for (int i = 0; i < trained.Photograph!.Length; i++) trained.Photograph[i] += 0.2f * (random.NextSingle() - 0.5f);
        PlanarImage picture = new(40, 32);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = 60 + i % 131;
        using FastStyleNetwork network = new(trained), without = new(TransformNetwork.Of(trained.Shape, trained.Shared, ["s"],
            trained.Norms));
        float[] full = network.Paint(picture, "s").Samples;
        Near(picture.Samples, network.Paint(picture, "s", 1e-6).Samples, 0.01);
        Near(full, network.Paint(picture, "s", 1 - 1e-6).Samples, 0.01);

        // The formula, with an engine of its own.
        float[] half = [.. trained.Norms[0].Zip(trained.Photograph, (a, b) => 0.5f * a + 0.5f * b)], given = new float[full.Length],
            expected = new float[full.Length];
        using (TransformEngine engine = new(trained.Shape, 1))
        {
            engine.SetShared(trained.Shared, backward: false);
            engine.Forward(picture.Samples, 40, 32, trained.Photograph, given, keep: false);
            engine.Forward(picture.Samples, 40, 32, half, expected, keep: false);
        }
        for (int i = 0; i < expected.Length; i++)
            expected[i] = 0.5f * picture.Samples[i]
                + 0.5f * Math.Clamp(expected[i] + 0.5f * (picture.Samples[i] - given[i]), 0, 255);
        float[] mild = network.Paint(picture, "s", 0.25).Samples;
        Near(expected, mild, 0.01);

        // A network without such norms blends pixels.
        float[] blended = without.Paint(picture, "s", 0.25).Samples;
        Near([.. full.Zip(picture.Samples, (a, b) => 0.25f * a + 0.75f * b)], blended, 0.01);
        Assert.NotEqual(blended, mild);

        string file = folder.File("s.onnx");
        network.Save(file, half: false);
        using (FastStyleNetwork loaded = FastStyleNetwork.Load(file)) Assert.Equal(mild, loaded.Paint(picture, "s", 0.25).Samples);
        OnnxModel model = OnnxFile.Load(new MemoryStream(File.ReadAllBytes(file)), "s");
        string note = model.Metadata["mlnetstyle.photograph"];
        byte[] bytes = File.ReadAllBytes(file);
        int at = bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(note[..64]));
        bytes[at + 5] = (byte)'!';
        Assert.Contains("mlnetstyle.photograph",
            Assert.Throws<InvalidDataException>(() => FastStyleNetwork.Of(bytes, "s")).Message);

        static void Near(float[] expected, float[] found, double tolerance)
        {
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
        }
    }

    [Fact]
    public void ATrainingLearnsToGiveThePhotographBack()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2, 3);
        using MLImage style = TestRows.Image(50, 64, 64);
        using MLImage image = TestRows.Image(2, 64, 64);
        PlanarImage picture = PixelBytes.ToPlanar(image.Pixels, image.Width, image.Height, PixelOrder.Rgba);
        FastStyleTransferOptions options = Options;
        options.Iterations = 60;
        using FastStyleTransferTransformer model = _ml.Transforms.FastStyleTransfer("Styled", "Image",
            new FastStyle("s", new StyleImage(style)), options).Fit(rows);
        TransformNetwork network = model.Network.Network!;
        using TransformEngine engine = new(network.Shape, 1);
        engine.SetShared(network.Shared, backward: false);
        double learned = Missed(network.Photograph!), first = Missed(TransformNetwork.NewStyle(network.Shape)),
            painted = Missed(network.Norms[0]);
        Assert.True(learned < 0.75 * first && learned < 0.85 * painted, $"{learned}, untrained {first}, in the style {painted}");

        double Missed(float[] norms)
        {
            float[] given = new float[picture.Samples.Length];
            engine.Forward(picture.Samples, picture.Width, picture.Height, norms, given, keep: false);
            return given.Zip(picture.Samples, (a, b) => Math.Pow(a - b, 2)).Average();
        }
    }

    [Fact]
    public void AGpuThatIsNotThereIsAnErrorBeforeAnythingIsWrittenUnlessTheContextLetsTheCpuTakeItsPlace()
    {
        using TestFolder folder = new();
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        using MLImage image = TestRows.Image(50, 64, 64);
        FastStyle style = new("s", new StyleImage(image));
        FastStyleTransferOptions options = Options;
        options.WorkspacePath = folder.File("workspace");
        options.GpuDeviceId = 99;
        Assert.Contains("cuda:99", Refused(null));
        Assert.False(Directory.Exists(options.WorkspacePath));
        options.GpuDeviceId = null;
        MLContext other = new() { GpuDeviceId = 98, FallbackToCpu = false };
        Assert.Contains("cuda:98", Refused(other));
        other.FallbackToCpu = true;
        other.Transforms.FastStyleTransfer("Styled", "Image", style, options, other).Fit(rows).Dispose();
        options.GpuDeviceId = -1;
        Assert.Contains("GpuDeviceId is -1", Assert.Throws<ArgumentException>(options.Validate).Message);

        string Refused(MLContext? context) => Assert.Throws<InvalidOperationException>(() =>
            _ml.Transforms.FastStyleTransfer("Styled", "Image", style, options, context).Fit(rows)).Message;
    }

    [Fact]
    public void ATrainingThatStoppedGoesOnAndTwoInOneWorkspaceRefuseEachOther()
    {
        using TestFolder folder = new();
        IDataView rows = TestRows.Sized(_ml, 1, 2, 3);
        using MLImage style = TestRows.Image(50, 64, 64);
        FastStyleTransferOptions whole = Options, parts = Options;
        whole.Iterations = parts.Iterations = 6;
        parts.WorkspacePath = folder.File("workspace");
        parts.CheckpointEvery = 2;
        string? refusal = null;
        using CancellationTokenSource stop = new();
        parts.Cancellation = stop.Token;
        parts.MetricsCallback = step =>
        {
            if (step.Iteration != 3) return;
            parts.Cancellation = default;
            refusal = Assert.Throws<IOException>(() => Fit(parts)).Message;
            stop.Cancel();
        };
        using FastStyleTransferTransformer expected = Fit(whole), stopped = Fit(parts);
        Assert.Contains("Another training works in", refusal);
        parts.MetricsCallback = null;
        List<int> steps = [];
        parts.MetricsCallback = step => steps.Add(step.Iteration);
        using FastStyleTransferTransformer resumed = Fit(parts);
        Assert.Equal([4, 5, 6], steps);
        PlanarImage picture = new(64, 48);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = i % 251;
        Assert.Equal(expected.Network.Paint(picture, "s").Samples, resumed.Network.Paint(picture, "s").Samples);
        Assert.Equal(expected.Network.Paint(picture, "s", 0.5).Samples, resumed.Network.Paint(picture, "s", 0.5).Samples);
        Assert.NotEqual(expected.Network.Paint(picture, "s").Samples, stopped.Network.Paint(picture, "s").Samples);

        parts.StyleWeight = 7;
        Assert.Contains("belongs to another training", Assert.Throws<InvalidDataException>(() => Fit(parts)).Message);
        parts.StyleWeight = whole.StyleWeight;
        string checkpoint = Directory.EnumerateFiles(parts.WorkspacePath, "checkpoint.*").Single();
        byte[] bytes = File.ReadAllBytes(checkpoint);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(checkpoint, bytes);
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => Fit(parts)).Message);

        FastStyleTransferTransformer Fit(FastStyleTransferOptions options) =>
            _ml.Transforms.FastStyleTransfer("Styled", "Image", new FastStyle("s", new StyleImage(style)), options).Fit(rows);
    }

    [Fact]
    public void TheNumberOfThreadsChangesNothing()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        using MLImage style = TestRows.Image(50, 64, 64);
        PlanarImage picture = new(64, 48);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = i % 251;
        float[] Painted(int threads)
        {
            FastStyleTransferOptions options = Options;
            (options.Threads, options.BatchSize) = (threads, 3);
            using FastStyleTransferTransformer model = _ml.Transforms.FastStyleTransfer("Styled", "Image",
                new FastStyle("s", new StyleImage(style)), options).Fit(rows);
            return [.. model.Network.Paint(picture, "s").Samples, .. model.Network.Paint(picture, "s", 0.5).Samples];
        }

        Assert.Equal(Painted(1), Painted(3));
    }

    [Fact]
    public void WhatCannotBeMeantIsRefused()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage image = TestRows.Image(50, 64, 64);
        FastStyle style = new("s", new StyleImage(image));
        Refused("Two styles", o => { }, style, style);
        Refused("multiple of 4", o => o.ImageSize = 66, style);
        Refused("multiple of 8", o => (o.Size, o.ImageSize) = (FastStyleSize.Large, 68), style);
        Refused("Strength", o => o.Strength = 1.5, style);
        Refused("StyleWeightsColumn", o => (o.StyleWeightsColumn, o.StyleWeights) = ("w", new Dictionary<string, double> { ["s"] = 1 }),
            style);
        FastStyleTransferOptions unknown = Options;
        unknown.StyleWeights = new Dictionary<string, double> { ["nothing"] = 1 };
        Assert.Contains("it has s",
            Assert.Throws<ArgumentException>(() => _ml.Transforms.FastStyleTransfer("Styled", "Image", style, unknown).Fit(rows)).Message);
        Assert.Contains("no photograph",
            Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.FastStyleTransfer("Styled", "Image", style, Options).Fit(TestRows.Sized(_ml))).Message);

        void Refused(string message, Action<FastStyleTransferOptions> set, params FastStyle[] styles)
        {
            FastStyleTransferOptions options = Options;
            set(options);
            Assert.Contains(message,
                Assert.Throws<ArgumentException>(() => _ml.Transforms.FastStyleTransfer("Styled", "Image", styles, options)).Message);
        }
    }

    internal sealed class WeightedRow(int seed, params float[] weights)
    {
        [ImageType(TestRows.Height, TestRows.Width)]
        public MLImage Image { get; set; } = TestRows.Image(seed);

        [VectorType(2)]
        public float[] Weights { get; set; } = weights;
    }

    internal sealed class OnnxRow
    {
        [ColumnName("image"), VectorType(1, 3, TestRows.Height, TestRows.Width)]
        public float[] Image { get; set; } = [];

        [ColumnName("styles"), VectorType(1, 2)]
        public float[] Styles { get; set; } = [];
    }

    internal sealed class OnnxResult
    {
        [ColumnName("painted")]
        public float[] Painted { get; set; } = [];
    }
}
