using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public sealed class LoadPicturesTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    [Fact]
    public void AnImageIsWhatTheFileHasUpright()
    {
        File.WriteAllBytes(_folder.File("a.jpg"), PictureBytes.Oriented(".jpg", 6));
        IDataView rows = _folder.Rows(_ml, "a.jpg");
        IDataView view = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path").Fit(rows).Transform(rows);
        PlanarImage image = Assert.Single(Images(view)).Pixels.Color;
        Assert.Equal((PictureBytes.Height, PictureBytes.Width), (image.Width, image.Height));
        Assert.Equal(PictureFile.Read(_folder.File("a.jpg")).Samples, image.Samples);
    }

    [Fact]
    public void SixteenBitsAndColoursUnderTransparencyReachTheNextTransform()
    {
        byte[] row = [0, 100, 100, 50, 0, 7, 0, 0, 255, 255, 3, 2, 1, 0, 128, 0];
        File.WriteAllBytes(_folder.File("a.png"), PictureBytes.Png(PictureBytes.Ihdr(2, 1, 16, 6), PictureBytes.Idat(row),
            PictureBytes.Iend));
        IDataView rows = _folder.Rows(_ml, "a.png");
        ImagePixels pixels = Assert.Single(Images(_ml.Transforms.LoadPictures("Image", _folder.Path,
            "Path").Fit(rows).Transform(rows))).Pixels;
        Picture file = PictureReader.Read(_folder.File("a.png"), "picture");
        Assert.Equal(file.Color.Samples, pixels.Color.Samples);
        Assert.Equal(file.Alpha, pixels.Alpha);
        Assert.Contains(pixels.Color.Samples, v => v != MathF.Round(v));
    }

    [Fact]
    public void ALoadedModelReadsTheSame()
    {
        File.WriteAllBytes(_folder.File("a.jpg"), PictureBytes.Oriented(".jpg", 8));
        _folder.Add("b.png", 3, transparent: true);
        IDataView rows = _folder.Rows(_ml, "a.jpg", "b.png");
        ITransformer model = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path",
            new PictureReadOptions { LongerSide = 12 }).Fit(rows);
        _ml.Model.Save(model, rows.Schema, _folder.File("model.zip"));
        ITransformer loaded = _ml.Model.Load(_folder.File("model.zip"), out _);
        IDataView view = loaded.Transform(rows);
        Assert.Equal(["Path", "Image"], view.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
        List<(ImagePixels Pixels, byte[] Bytes)> live = Images(model.Transform(rows)), again = Images(view);
        Assert.Equal(2, live.Count);
        for (int i = 0; i < live.Count; i++)
        {
            Assert.Equal(live[i].Pixels.Color.Samples, again[i].Pixels.Color.Samples);
            Assert.Equal(live[i].Bytes, again[i].Bytes);
        }
    }

    [Fact]
    public void AFileThatCannotBeReadIsNamedWithItsRow()
    {
        _folder.Add("a.png", 1);
        File.WriteAllText(_folder.File("page.png"), "<html>not found</html>");
        IDataView rows = _folder.Rows(_ml, "a.png", "page.png", "none.png", "");
        IDataView view = _ml.Transforms.LoadPictures("Image", _folder.Path, "Path").Fit(rows).Transform(rows);
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        foreach (string[] words in (string[][])[["Row 1", "page.png", "a web page"], ["Row 2", "none.png", "does not exist"],
            ["Row 3", "the path is empty"]])
        {
            Assert.True(cursor.MoveNext());
            string message = Assert.Throws<ImageReadException>(() => getter(ref image)).Message;
            Assert.All(words, word => Assert.Contains(word, message));
        }
    }

    [Fact]
    public void UnreadableFilesAreLeftOutByTheStyleTransferThatFollows()
    {
        string style = _folder.Add("a.png", 1);
        File.WriteAllBytes(_folder.File("cut.png"), File.ReadAllBytes(style)[..200]);
        StyleTransferOptions options = TestRows.Options;
        options.SkipUnreadable = true;
        List<string> warnings = [];
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.Message);
        };
        IDataView rows = _folder.Rows(_ml, "a.png", "cut.png", "a.png");
        IDataView view = _ml.Transforms.LoadPictures("Image", _folder.Path,
            "Path").Append(_ml.Transforms.StyleTransfer("Styled", "Image", style, options, _ml)).Fit(rows).Transform(rows);
        Assert.Equal(2, TestRows.Images(view, "Styled").Count);
        Assert.Contains("cut.png", Assert.Single(warnings));
    }

    [Fact]
    public void WrongColumnsAreNamed()
    {
        IDataView rows = _folder.Rows(_ml, "a.png");
        Assert.Contains("'Nothing'", Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.LoadPictures("Image", "", "Nothing").Fit(rows)).Message);
        IDataView images = _ml.Transforms.LoadPictures("Image", "", "Path").Fit(rows).Transform(rows);
        Assert.Contains("expected text", Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.LoadPictures("More", "", "Image").Fit(images)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static List<(ImagePixels Pixels, byte[] Bytes)> Images(IDataView view)
    {
        List<(ImagePixels, byte[])> images = [];
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        MLImage image = null!;
        while (cursor.MoveNext())
        {
            getter(ref image);
            images.Add((ImagePixels.Read(image), image.Pixels.ToArray())); // before the next row is read: its image dies then
        }
        return images;
    }
}
