using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Tests.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class SpatialControlTests
{
    private static readonly (int R, int G, int B) s_red = (255, 0, 0), s_blue = (0, 0, 255), s_white = (255, 255, 255), s_black = (0, 0, 0);
    private readonly MLContext _ml = new();

    public sealed class MaskedRow
    {
        public string Path { get; set; } = "";

        public string Mask { get; set; } = "";

        public string Second { get; set; } = "";

        public string Weight { get; set; } = "";
    }

    public sealed class SizedRow
    {
        [ImageType(TestRows.Height, TestRows.Width)]
        public MLImage? Image { get; set; }

        [ImageType(TestRows.Height, TestRows.Width)]
        public MLImage? Mask { get; set; }
    }

    [Fact]
    public void ThePictureIsThatOfTheStylizerAndASavedModelMakesItToo()
    {
        using TestFolder folder = new();
        (string content, string a, string b) = (folder.Add("content.png", 1), folder.Add("a.png", 2), folder.Add("b.png", 3, 50, 40));
        string mask = Halves(folder, "mask.png", s_red, s_blue);
        StyleTransferOptions options = TestRows.Options;
        options.ContentMaskColumns = ["Mask"];
        IDataView rows = Rows(content, mask);
        ITransformer model = Loaded("Mask").Append(_ml.Transforms.StyleTransfer("Styled", "Image", [a, b], options)).Fit(rows);
        byte[] styled = TestRows.FirstImage(model.Transform(rows), "Styled");

        StylizationOptions plain = new()
        {
            Size = options.Size,
            Iterations = options.Iterations,
            CoarsestSize = options.CoarsestSize,
            Regions = ["1", "2"]
        };
        using Stylizer stylizer = new(MLNetStyle.Network.Load(TestRows.Options.Network), plain);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(PictureFile.Read(a)).Add(PictureFile.Read(b)));
        PlanarImage expected = stylizer.Stylize(new ContentSource(PictureFile.Read(content), MaskFile.ReadRegions([mask])), target).Image;
        byte[] pixels = new byte[4 * expected.Width * expected.Height];
        PixelBytes.FromPlanar(expected, pixels, PixelOrder.Rgba);
        Assert.Equal(pixels, styled);

        ITransformer loaded = TestRows.Reload(_ml, model, rows.Schema), again = TestRows.Reload(_ml, loaded, rows.Schema);
        File.Delete(a);
        Assert.Equal(styled, TestRows.FirstImage(loaded.Transform(rows), "Styled"));
        Assert.Equal(styled, TestRows.FirstImage(again.Transform(rows), "Styled"));
        Assert.DoesNotContain(again.Transform(rows).Schema, column => column.Name.StartsWith("mlnetstyle") && !column.IsHidden);
    }

    [Theory]
    [InlineData(TestRows.Width)]
    [InlineData(0)]
    public void AFileForEachRegionAndAContentWeightSurviveSaving(int size)
    {
        using TestFolder folder = new();
        StyleTransferOptions options = TestRows.Options;
        (options.Size, options.ContentMaskColumns, options.ContentWeightColumn) = (size, ["Mask", "Second"], "Weight");
        options.StyleMasks = [Halves(folder, "style-left.png", s_white, s_black), Halves(folder, "style-right.png", s_black, s_white)];
        IDataView rows = Rows(folder.Add("content.png", 1), Halves(folder, "left.png", s_white, s_black),
            Halves(folder, "right.png", s_black, s_white), folder.Add("weight.png", 8));
        ITransformer model = Loaded("Mask", "Second",
            "Weight").Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.Add("style.png", 2), options)).Fit(rows);
        byte[] styled = TestRows.FirstImage(model.Transform(rows), "Styled");
        Assert.Equal(styled, TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
        options.ContentWeightColumn = null;
        ITransformer other = Loaded("Mask", "Second",
            "Weight").Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.File("style.png"), options)).Fit(rows);
        Assert.NotEqual(styled, TestRows.FirstImage(other.Transform(rows), "Styled"));
    }

    [Fact]
    public void APaintMaskKeepsTheContentLiveAndLoaded()
    {
        using TestFolder folder = new();
        StyleTransferOptions options = TestRows.Options;
        (options.Size, options.ContentWeightColumn, options.PaintMaskColumn, options.MaskSoftness) = (0, "Weight", "Mask", 0);
        IDataView rows = Rows(folder.Add("content.png", 1), Halves(folder, "left.png", s_white, s_black),
            Halves(folder, "right.png", s_black, s_white), folder.Add("weight.png", 8));
        ITransformer model = Loaded("Mask", "Weight").Append(_ml.Transforms.StyleTransfer("Styled", "Image", folder.Add("style.png", 2),
            options)).Fit(rows);
        byte[] styled = TestRows.FirstImage(model.Transform(rows), "Styled"), content = TestRows.FirstImage(model.Transform(rows), "Image");
        Assert.Equal(styled, TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
        int same = styled.Zip(content, (a, b) => a == b ? 1 : 0).Sum();
        Assert.InRange(same, styled.Length / 2, styled.Length * 9 / 10);
    }

    [Fact]
    public void ColumnsOfSizedImagesAndAStyleColumnWork()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { 1, 2 }.Select(seed =>
            new SizedRow { Image = TestRows.Image(seed), Mask = TestRows.Image(seed + 50) }));
        StyleTransferOptions options = TestRows.Options;
        options.ContentWeightColumn = "Mask";
        ITransformer model = _ml.Transforms.StyleTransferFromColumn("Styled", "Image", "Mask", options).Fit(rows);
        List<byte[]> styled = TestRows.Images(model.Transform(rows), "Styled");
        Assert.Equal(styled, TestRows.Images(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "Styled"));
        options.ContentWeightColumn = null;
        Assert.NotEqual(styled,
            TestRows.Images(_ml.Transforms.StyleTransferFromColumn("Styled", "Image", "Mask", options).Fit(rows).Transform(rows),
            "Styled"));
    }

    [Fact]
    public void MasksOfColoursPairAcrossFiles()
    {
        // The colours of the two masks are a little apart, as two JPEG files are, and in another order.
        using TestFolder folder = new();
        StyleTransferOptions options = TestRows.Options;
        (options.ContentMaskColumns, options.StyleMasks) = (["Mask"], [Halves(folder, "style-mask.png", (250, 5, 3), (4, 0, 251))]);
        IDataView rows = Rows(folder.Add("content.png", 1), Halves(folder, "mask.png", s_blue, s_red));
        string style = folder.Add("style.png", 2);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style,
            options).Fit(Loaded("Mask").Fit(rows).Transform(rows));
        Assert.NotEmpty(TestRows.FirstImage(model.Transform(Loaded("Mask").Fit(rows).Transform(rows)), "Styled"));
    }

    [Fact]
    public void WhatDoesNotGoTogetherIsRefusedWithTheReason()
    {
        using TestFolder folder = new();
        (string content, string style) = (folder.Add("content.png", 1), folder.Add("style.png", 2));
        (string mask, string third) = (Halves(folder, "mask.png", s_red, s_blue), Halves(folder, "third.png", s_red, (0, 255, 0)));
        IDataView rows = Rows(content, mask);
        Refused("no ContentMaskColumns", o => o.StyleMasks = [mask]);
        Refused("no ContentMaskColumns", o => o.Regions = ["1"]);
        Refused("ContentWeightColumn names no column", o => o.ContentWeightByMask = true);
        Refused("ContentWeight is 0", o => (o.ContentWeightColumn, o.ContentWeight) = ("Weight", 0));
        Refused("can't guide histogram", o => (o.ContentMaskColumns, o.StyleTerms) = (["Mask"], [StyleStatistic.Histogram]));
        Refused("nothere.png", o => (o.ContentMaskColumns, o.StyleMasks) = (["Mask"], [folder.File("nothere.png")]));
        Refused("Could not find input column 'Other'", o => o.ContentMaskColumns = ["Other"]);
        Refused("has the region #0000ff, but the style has only #ff0000, #00ff00", o =>
            (o.ContentMaskColumns, o.StyleMasks) = (["Mask"], [third]), "row 0");
        Refused("2 regions (#ff0000, #0000ff), but the style has 1", o => o.ContentMaskColumns = ["Mask"], "content.png");
        StyleTransferOptions options = TestRows.Options;
        options.ContentMaskColumns = ["Mask"];
        Assert.Contains("each row brings a style image",
            Assert.Throws<ArgumentException>(() => _ml.Transforms.StyleTransferFromColumn("Styled", "Image", "Mask", options)).Message);
        Assert.Contains("learned from data",
            Assert.Throws<ArgumentException>(() => _ml.Transforms.LearnStyle("Styled", "Image", "Mask", options)).Message);
        options.StyleMasks = [mask];
        Assert.Contains("StyleImage.Masks", Assert.ThrowsAny<ArgumentException>(() => Fit([style, style], options)).Message);

        void Refused(string reason, Action<StyleTransferOptions> set, string also = "")
        {
            StyleTransferOptions options = TestRows.Options;
            set(options);
            Exception e = Assert.ThrowsAny<Exception>(() => TestRows.FirstImage(Fit([style], options).Transform(rows), "Styled"));
            Assert.Contains(reason, e.Message);
            Assert.Contains(also, e.Message);
        }

        ITransformer Fit(StyleImage[] styles, StyleTransferOptions options) =>
            Loaded("Mask").Append(_ml.Transforms.StyleTransfer("Styled", "Image", styles, options)).Fit(rows);
    }

    private IDataView Rows(string content, string mask, string second = "", string weight = "") =>
        _ml.Data.LoadFromEnumerable([new MaskedRow { Path = content, Mask = mask, Second = second, Weight = weight }]);

    private IEstimator<ITransformer> Loaded(params string[] columns) =>
        columns.Aggregate((IEstimator<ITransformer>)_ml.Transforms.LoadImages("Image", "", "Path"), (chain, column) =>
            chain.Append(_ml.Transforms.LoadImages(column, "", column)));

    private static string Halves(TestFolder folder, string name, (int R, int G, int B) left, (int R, int G, int B) right)
    {
        string file = folder.File(name);
        PictureFile.Save(RegionMasksTests.Paint(TestRows.Width, TestRows.Height, (x, _) => x < TestRows.Width / 2 ? left : right), file);
        return file;
    }
}
