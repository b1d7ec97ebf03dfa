using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public sealed class SaveImagesTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Out => _folder.File("out");

    private IEstimator<ITransformer> Pipeline(string? folder, SaveImagesOptions? options = null, string? names = "Path") =>
        _ml.Transforms.LoadPictures("Image", _folder.Path, "Path")
            .Append(_ml.Transforms.SaveImages("Saved", "Image", folder, names, options));

    private static string[] Saved(IDataView view) => [.. view.GetColumn<string>("Saved")];

    [Fact]
    public void FilesAreWrittenAsRowsAreReadAndNotBefore()
    {
        _folder.Add("a.png", 1);
        _folder.Add("b.png", 2, transparent: true);
        IDataView rows = _folder.Rows(_ml, "a.png", "b.png"), view = Pipeline(Out).Fit(rows).Transform(rows);
        Assert.Equal(TextDataViewType.Instance, view.Schema["Saved"].Type);
        Assert.False(Directory.Exists(Out));
        using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Saved"]]))
        {
            Assert.True(cursor.MoveNext());
            ReadOnlyMemory<char> path = default;
            cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Saved"])(ref path);
            Assert.Equal(Path.Combine(Out, "a.png"), path.ToString());
            Assert.Equal(["a.png"], Directory.GetFiles(Out).Select(Path.GetFileName));
        }
        Assert.Equal([Path.Combine(Out, "a.png"), Path.Combine(Out, "b.png")], Saved(view));
        foreach (string name in (string[])["a.png", "b.png"])
        {
            Picture before = PictureReader.Read(_folder.File(name), "picture"), after = PictureReader.Read(Path.Combine(Out, name),
                "picture");
            Assert.Equal(before.Color.Samples, after.Color.Samples);
            Assert.Equal(before.Alpha, after.Alpha);
        }
    }

    [Fact]
    public void ALoadedModelWritesTheSameFiles()
    {
        _folder.Add("a.png", 1);
        Directory.CreateDirectory(_folder.File("sub"));
        _folder.Add("sub/b.png", 2);
        IDataView rows = _folder.Rows(_ml, "a.png", "sub/b.png");
        SaveImagesOptions options = new() { Ending = ".jpg", Writing = new PictureWriteOptions { Quality = 80, Background = (1, 2, 3) } };
        ITransformer live = Pipeline(Out, options).Fit(rows);
        string[] paths = Saved(live.Transform(rows));
        Assert.Equal([Path.Combine(Out, "a.jpg"), Path.Combine(Out, "sub", "b.jpg")], paths);
        byte[][] bytes = [.. paths.Select(File.ReadAllBytes)];
        Directory.Delete(Out, true);
        IDataView again = TestRows.Reload(_ml, live, rows.Schema).Transform(rows);
        Assert.Equal(["Path", "Image", "Saved"], again.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
        Assert.Equal(paths, Saved(again));
        Assert.Equal(paths, Saved(again)); // read twice: no collision with itself
        Assert.Equal(bytes, paths.Select(File.ReadAllBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ANameThatLeavesTheFolderIsRefusedAndOfAFullPathTheLastPartCounts(bool loaded)
    {
        string full = _folder.Add("a.png", 1);
        foreach (string name in (string[])["../a.png", "x/../../a.png", ""])
        {
            IDataView rows = _ml.Data.LoadFromEnumerable([new NamedRow { Path = "a.png", Name = name }]);
            ITransformer model = Pipeline(Out, names: "Name").Fit(rows);
            IDataView view = (loaded ? TestRows.Reload(_ml, model, rows.Schema) : model).Transform(rows);
            Exception e = Assert.ThrowsAny<Exception>(() => Saved(view));
            Assert.Contains(name.Length > 0 ? "leads out of the folder" : "is empty", Whole(e));
            if (!loaded) Assert.Contains("Row 0", e.Message);
        }
        IDataView one = _folder.Rows(_ml, full);
        Assert.Equal([Path.Combine(Out, "a.png")], Saved(Pipeline(Out).Fit(one).Transform(one)));
        Assert.Contains("would be overwritten", Whole(Assert.ThrowsAny<Exception>(() =>
            Saved(Pipeline(_folder.Path).Fit(one).Transform(one)))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TwoRowsThatShareAFileAreRefused(bool loaded)
    {
        foreach (string name in (string[])["one", "two"])
        {
            Directory.CreateDirectory(_folder.File(name));
            _folder.Add($"{name}/a.png", name.Length + name[0]);
        }
        IDataView rows = _folder.Rows(_ml, _folder.File("one/a.png"), _folder.File("two/a.png"));
        ITransformer model = Pipeline(Out).Fit(rows);
        IDataView view = (loaded ? TestRows.Reload(_ml, model, rows.Schema) : model).Transform(rows);
        string message = Whole(Assert.ThrowsAny<Exception>(() => Saved(view)));
        Assert.Contains("as '" + _folder.File("one/a.png") + "' of another row", message);
        Assert.Equal(PictureFile.Read(_folder.File("one/a.png")).Samples, PictureFile.Read(Path.Combine(Out, "a.png")).Samples);
        if (loaded) return;
        IDataView twice = _folder.Rows(_ml, "one/a.png", "one/a.png");
        Assert.Contains("another row", Whole(Assert.ThrowsAny<Exception>(() => Saved(Pipeline(Out).Fit(twice).Transform(twice)))));
    }

    [Fact]
    public void AFileThatExistsIsSkippedWithoutItsImage()
    {
        _folder.Add("a.png", 1);
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "gone.png"), "mine");
        IDataView rows = _folder.Rows(_ml, "a.png", "gone.png"); // there is no such picture to load
        SaveImagesOptions options = new() { SkipExisting = true };
        Assert.Equal(2, Saved(Pipeline(Out, options).Fit(rows).Transform(rows)).Length);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Out, "gone.png")));
        Assert.True(File.Exists(Path.Combine(Out, "a.png")));
        options = new() { Overwrite = true };
        Assert.Throws<ImageReadException>(() => Saved(Pipeline(Out, options).Fit(rows).Transform(rows)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatItHasNotWrittenItselfIsKeptUnlessItIsAskedToReplaceIt(bool loaded)
    {
        byte[] original = File.ReadAllBytes(_folder.Add("a.png", 1));
        IDataView rows = _folder.Rows(_ml, "a.png"); // a relative name, and the folder of the originals
        Exception e = Assert.ThrowsAny<Exception>(() => Saved(Made(_folder.Path, new())));
        Assert.Contains("exists already, and could be what the image was read from", Whole(e));
        Assert.Equal(original, File.ReadAllBytes(_folder.File("a.png")));
        IDataView view = Made(Out, new());
        Saved(view);
        Saved(view); // its own file
        Assert.ThrowsAny<Exception>(() => Saved(Made(Out, new() { Writing = new() { BitDepth = 16 } })));
        Saved(Made(Out, new() { Writing = new() { BitDepth = 16 }, Overwrite = true }));
        Assert.Equal(16, File.ReadAllBytes(Path.Combine(Out, "a.png"))[24]); // IHDR's bit depth

        IDataView Made(string folder, SaveImagesOptions options)
        {
            ITransformer model = Pipeline(folder, options).Fit(rows);
            return (loaded ? TestRows.Reload(_ml, model, rows.Schema) : model).Transform(rows);
        }
    }

    [Fact]
    public void AFormatThatIsOnlyReadGetsPngAndWholePathsComeFromAColumn()
    {
        string a = _folder.Add("a.png", 1);
        File.Copy(a, _folder.File("a.gif"));
        IDataView rows = _folder.Rows(_ml, "a.gif");
        Assert.Equal([Path.Combine(Out, "a.gif.png")], Saved(Pipeline(Out).Fit(rows).Transform(rows)));
        string target = _folder.File("else/where.webp");
        IDataView named = _ml.Data.LoadFromEnumerable([new NamedRow { Path = "a.png", Name = target }]);
        Assert.Equal([target], Saved(Pipeline(null, names: "Name").Fit(named).Transform(named)));
        Assert.Equal((TestRows.Width, TestRows.Height), PictureFile.ReadSize(target));
        Assert.Throws<ArgumentException>(() => Pipeline(null, names: null));
        Assert.Contains("Say which one", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.SaveImages("Saved", "Image", Out)
            .Fit(_ml.Data.LoadFromEnumerable([new TwoTexts()]))).Message);
        Assert.Throws<ArgumentException>(() => new SaveImagesOptions { Ending = "gif" });
    }

    [Fact]
    public void APredictionEngineWritesToo()
    {
        _folder.Add("a.png", 1);
        IDataView rows = _folder.Rows(_ml, "a.png");
        using PredictionEngine<TestRows.PathRow, SavedRow> engine =
            _ml.Model.CreatePredictionEngine<TestRows.PathRow, SavedRow>(Pipeline(Out).Fit(rows));
        for (int i = 0; i < 2; i++) Assert.True(File.Exists(engine.Predict(new TestRows.PathRow { Path = "a.png" }).Saved));
    }

    [Fact]
    public void ACopyOutlivesItsRowAndKeepsWhatBytesCannotHold()
    {
        byte[] row = [0, 100, 100, 50, 0, 7, 0, 0, 255, 255, 3, 2, 1, 0, 128, 0];
        File.WriteAllBytes(_folder.File("deep.png"), PictureBytes.Png(PictureBytes.Ihdr(2, 1, 16, 6), PictureBytes.Idat(row),
            PictureBytes.Iend));
        _folder.Add("a.png", 1);
        IDataView rows = _folder.Rows(_ml, "deep.png", "a.png");
        IDataView view = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path").Fit(rows).Transform(rows);
        List<MLImage> copies = [];
        using (DataViewRowCursor cursor = view.GetRowCursor(view.Schema))
        {
            ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
            MLImage image = null!;
            while (cursor.MoveNext())
            {
                getter(ref image);
                copies.Add(image.Copy());
            }
            image.Dispose();
        }
        Assert.Equal(PictureReader.Read(_folder.File("deep.png"), "picture").Color.Samples,
            MLNetStyle.Pipeline.ImagePixels.Read(copies[0]).Color.Samples);
        Assert.Equal(PictureFile.Read(_folder.File("a.png")).Samples, MLNetStyle.Pipeline.ImagePixels.Read(copies[1]).Color.Samples);
        copies.ForEach(c => c.Dispose());
    }

    private static string Whole(Exception e) => e.InnerException is { } inner ? $"{e.Message} {Whole(inner)}" : e.Message;

    private sealed class NamedRow
    {
        public string Path { get; set; } = "";

        public string Name { get; set; } = "";
    }

    private sealed class TwoTexts
    {
        public string One { get; set; } = "";

        public string Path2 { get; set; } = "";

        [Microsoft.ML.Transforms.Image.ImageType(TestRows.Height, TestRows.Width)]
        public MLImage? Image { get; set; }
    }

    private sealed class SavedRow
    {
        public string Saved { get; set; } = "";
    }
}
