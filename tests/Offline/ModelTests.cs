using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace MLNetStyle.Tests.Offline;

// A third party's image transform with state, saved as standard transforms that say the same and loaded where nothing is registered.
public sealed class ModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
    private readonly MLContext _ml = new(1);

    public ModelTests()
    {
        using MLImage picture = Pictures.Make(6, 4);
        picture.Save(At("a.png"));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void Images_without_a_size_keep_their_state_in_the_file()
    {
        Isolated.Run(SaveUnsized, _folder);
        Assert.True(new FileInfo(At("unsized.zip")).Length > 2000);
        byte[] expected;
        using (MLImage picture = MLImage.CreateFromFile(At("a.png"))) expected = [.. picture.GetBGRPixels.Select(b => (byte)(b / 2))];
        Assert.Equal(Convert.ToHexString(expected), Isolated.Run(LoadUnsized, _folder));
    }

    [Fact]
    public void Pixels_and_a_learnt_factor_come_back_in_a_prediction_engine()
    {
        string saved = Isolated.Run(SaveMeans, _folder);
        Assert.Equal(saved, Isolated.Run(LoadMeans, _folder));
        Assert.Equal(3, saved.Split(' ').Length);
    }

    [Fact]
    public void A_chain_of_every_kind_of_transform_survives()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new PathRow[] { new() { Path = "a.png" } });
        ITransformer model = _ml.Transforms.LoadImages("Image", _folder, "Path")
            .Append(_ml.Transforms.ResizeImages("Image", 5, 3, resizing: ImageResizingEstimator.ResizingKind.Fill))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Image", interleavePixelColors: true, offsetImage: 3, scaleImage: 0.5f))
            .Append(_ml.Transforms.ConvertToImage(3, 5, "Again", "Pixels", interleavedColors: true, scaleImage: 2, offsetImage: -3))
            .Append(_ml.Transforms.ConvertToGrayscale("Gray", "Again"))
            .Append(_ml.Transforms.ExtractPixels("Bytes", "Gray", outputAsFloatArray: false))
            .Append(_ml.Transforms.Conversion.ConvertType("Numbers", "Bytes"))
            .Append(_ml.Transforms.Concatenate("All", "Numbers", "Pixels"))
            .Append(_ml.Transforms.Conversion.MapValue("Word", new Dictionary<string, string> { ["a.png"] = "yes" }, "Path"))
            .Append(_ml.Transforms.SelectColumns("All", "Word", "Again"))
            .Append(_ml.Transforms.DropColumns("Again"))
            .Fit(rows);
        using MemoryStream file = new();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out DataViewSchema schema);
        Assert.Equal(["Path"], schema.Select(c => c.Name));
        IDataView before = model.Transform(rows), after = loaded.Transform(rows);
        Assert.Equal(before.Schema.Select(c => $"{c.Name} {c.Type}"), after.Schema.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(["yes"], after.GetColumn<string>("Word"));
        Assert.Equal(before.GetColumn<float[]>("All").Single(), after.GetColumn<float[]>("All").Single());
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => _ml.Model.Load(new MemoryStream([1, 2, 3, 4]), out _));
    }

    [Fact]
    public void An_engine_needs_the_columns_that_the_model_reads()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new PathRow[] { new() });
        ITransformer model = _ml.Transforms.LoadImages("Image", _folder, "Path").Fit(rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<NumberRow, NumberRow>(model));
    }

    public static string SaveUnsized(string folder)
    {
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(Array.Empty<PathRow>());
        ImageLoadingTransformer load = ml.Transforms.LoadImages("Image", folder, "Path").Fit(rows);
        IDataView view = load.Transform(rows);
        List<ITransformer> parts = [load];
        void Add(IEstimator<ITransformer> estimator)
        {
            ITransformer fitted = estimator.Fit(view);
            parts.Add(fitted);
            view = fitted.Transform(view);
        }

        Add(ml.Transforms.CopyColumns("__in", "Image"));
        Add(ml.Transforms.CustomMapping<NoColumns, KeyColumn>((_, d) => d.Key = 1, "tests.key"));
        Add(ml.Transforms.Conversion.MapValue("__state", new Dictionary<int, float[]> { [1] = [.. Enumerable.Range(0, 1000).Select(i => i == 999 ? 0.5f : MathF.Sqrt(i))] }, "__key"));
        Add(ml.Transforms.Conversion.MapValue("__text", new Dictionary<int, ReadOnlyMemory<char>> { [1] = "scale".AsMemory() }, "__key"));
        ScaleContract contract = new();
        Add(ml.Transforms.CustomMapping(contract.GetMapping(), "tests.scale"));
        Add(ml.Transforms.CopyColumns("Result", "__out"));
        Add(ml.Transforms.DropColumns("__in", "__key", "__state", "__text", "__out"));
        ml.Model.Save(new TransformerChain<ITransformer>([.. parts]), rows.Schema, Path.Combine(folder, "unsized.zip"));
        return "";
    }

    public static string LoadUnsized(string folder)
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(Path.Combine(folder, "unsized.zip"), out DataViewSchema schema);
        IDataView rows = ml.Data.LoadFromEnumerable(new PathRow[] { new() { Path = "a.png" } });
        Assert.Equal(["Path", "Image", "Result"], model.Transform(rows).Schema.Select(c => c.Name));
        return model.Transform(rows).GetColumn<MLImage>("Result").Select(image => Convert.ToHexString(image.GetBGRPixels)).Single();
    }

    public static string SaveMeans(string folder)
    {
        MLContext ml = new();
        ImageRow row = new() { Image = Pictures.Make(6, 4) };
        IDataView view = ml.Data.LoadFromEnumerable(new[] { row });
        List<ITransformer> parts = [];
        foreach (IEstimator<ITransformer> estimator in new IEstimator<ITransformer>[]
        {
            ml.Transforms.ExtractPixels("__pixels", "Image"),
            ml.Transforms.CustomMapping<NoColumns, KeyColumn>((_, d) => d.Key = 1, "tests.key"),
            ml.Transforms.Conversion.MapValue("__factor", new Dictionary<int, float[]> { [1] = [0.25f] }, "__key"),
            ml.Transforms.CustomMapping(new MeansContract().GetMapping(), "tests.means"),
            ml.Transforms.CopyColumns("Means", "__means"),
            ml.Transforms.DropColumns("__pixels", "__key", "__factor", "__means"),
        })
        {
            parts.Add(estimator.Fit(view));
            view = parts[^1].Transform(view);
        }

        TransformerChain<ITransformer> model = new([.. parts]);
        ml.Model.Save(model, null, Path.Combine(folder, "means.zip"));
        return Predict(ml, model, row);
    }

    public static string LoadMeans(string folder)
    {
        MLContext ml = new();
        return Predict(ml, ml.Model.Load(Path.Combine(folder, "means.zip"), out _), new() { Image = Pictures.Make(6, 4) });
    }

    private static string Predict(MLContext ml, ITransformer model, ImageRow row)
    {
        using PredictionEngine<ImageRow, MeansRow> engine = ml.Model.CreatePredictionEngine<ImageRow, MeansRow>(model);
        float[] first = engine.Predict(row).Means, second = engine.Predict(row).Means;
        Assert.Equal(first, second);
        return string.Join(' ', second);
    }

    [CustomMappingFactoryAttribute("tests.key")]
    public sealed class KeyContract : CustomMappingFactory<NoColumns, KeyColumn>
    {
        public override Action<NoColumns, KeyColumn> GetMapping() => (_, d) => d.Key = 1;
    }

    [CustomMappingFactoryAttribute("tests.scale")]
    public sealed class ScaleContract : CustomMappingFactory<ScaleInput, ScaleOutput>
    {
        // A factory is made before columns are bound: the place to make unsized images known.
        public ScaleContract() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));

        public override Action<ScaleInput, ScaleOutput> GetMapping() => (s, d) =>
        {
            Assert.Equal("scale", s.Text.ToString());
            byte[] pixels = [.. s.Image!.Pixels.ToArray().Select(b => (byte)(b * s.State[999]))];
            d.Image = MLImage.CreateFromPixels(s.Image.Width, s.Image.Height, s.Image.PixelFormat, pixels);
        };
    }

    [CustomMappingFactoryAttribute("tests.means")]
    public sealed class MeansContract : CustomMappingFactory<MeansInput, MeansOutput>
    {
        public override Action<MeansInput, MeansOutput> GetMapping() => (s, d) =>
            d.Means = [.. s.Pixels.Chunk(s.Pixels.Length / 3).Select(plane => plane.Average() * s.Factor[0])];
    }

    public sealed class NoColumns
    {
    }

    public sealed class KeyColumn
    {
        [ColumnName("__key")] public int Key { get; set; }
    }

    public sealed class ScaleInput
    {
        [ColumnName("__in")] public MLImage? Image { get; set; }
        [ColumnName("__state"), VectorType(1000)] public float[] State { get; set; } = [];
        [ColumnName("__text")] public ReadOnlyMemory<char> Text { get; set; }
    }

    public sealed class ScaleOutput
    {
        [ColumnName("__out")] public MLImage? Image { get; set; }
    }

    public sealed class MeansInput
    {
        [ColumnName("__pixels")] public float[] Pixels { get; set; } = [];
        [ColumnName("__factor"), VectorType(1)] public float[] Factor { get; set; } = [];
    }

    public sealed class MeansOutput
    {
        [ColumnName("__means"), VectorType(3)] public float[] Means { get; set; } = [];
    }

    public sealed class MeansRow
    {
        public float[] Means { get; set; } = [];
    }
}
