using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public sealed class DecodeImagesTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed class BytesRow
    {
        public string Name { get; set; } = "";

        public byte[] Bytes { get; set; } = [];
    }

    private IDataView Rows(params (string Name, byte[] Bytes)[] rows) =>
        _ml.Data.LoadFromEnumerable(rows.Select(r => new BytesRow { Name = r.Name, Bytes = r.Bytes }).ToList());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BytesAreDecodedAsTheirFileWouldBe(bool loaded)
    {
        byte[] turned = PictureBytes.Oriented(".jpg", 6), plain = File.ReadAllBytes(_folder.Add("b.png", 3, transparent: true));
        File.WriteAllBytes(_folder.File("a.jpg"), turned);
        IDataView rows = Rows(("a.jpg", turned), ("b.png", plain));
        ITransformer model = _ml.Transforms.DecodeImages("Image", "Bytes", new PictureReadOptions { LongerSide = 500 }).Fit(rows);
        IDataView view = (loaded ? TestRows.Reload(_ml, model, rows.Schema) : model).Transform(rows);
        Assert.Equal(["Name", "Bytes", "Image"], view.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
        IDataView files = _folder.Rows(_ml, "a.jpg", "b.png");
        Assert.Equal(TestRows.Images(_ml.Transforms.LoadPictures("Image", _folder.Path, "Path").Fit(files).Transform(files), "Image"),
            TestRows.Images(view, "Image"));
    }

    [Fact]
    public void BytesThatCannotBeReadAreNamedByRowAndBounded()
    {
        byte[] plain = File.ReadAllBytes(_folder.Add("b.png", 3));
        byte[] huge = PictureBytes.Png(PictureBytes.Ihdr(60000, 60000, 8, 2), PictureBytes.Idat([]), PictureBytes.Iend);
        IDataView rows = Rows(("good", plain), ("page", "<html>"u8.ToArray()), ("none", []), ("cut", plain[..200]), ("huge", huge));
        IDataView view = _ml.Transforms.DecodeImages("Image", "Bytes").Fit(rows).Transform(rows);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"], view.Schema["Name"]]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        foreach (string[] words in (string[][])[["Row 1 ('page')", "'Bytes'", "a web page"], ["Row 2 ('none')", "an empty file"],
            ["Row 3 ('cut')", "a PNG picture"], ["Row 4 ('huge')", "3600 megapixels"]])
        {
            Assert.True(cursor.MoveNext());
            string message = Assert.Throws<ImageReadException>(() => getter(ref image)).Message;
            Assert.All(words, word => Assert.Contains(word, message));
        }
        image?.Dispose();
    }

    [Fact]
    public void WrongColumnsAreNamed()
    {
        IDataView rows = Rows(("a", [1]));
        Assert.Contains("a vector of Byte", Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.DecodeImages("Image", "Name").Fit(rows)).Message);
        Assert.Contains("'Nothing'", Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.DecodeImages("Image", "Nothing").Fit(rows)).Message);
    }
}
