using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class LearnStyleTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void TheStyleIsThatOfAllImagesAtEqualWeightsAndIsSaved()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2, 3);
        using StyleTransferTransformer learned = _ml.Transforms.LearnStyle("Styled", "Image", "Other", TestRows.Options).Fit(rows);
        using MLImage a = TestRows.Image(101), b = TestRows.Image(102), c = TestRows.Image(103);
        using StyleTransferTransformer given = _ml.Transforms.StyleTransfer("Styled", "Image",
            [new StyleImage(a), new StyleImage(b), new StyleImage(c)], TestRows.Options).Fit(rows);
        using StyleTransferTransformer single = _ml.Transforms.StyleTransfer("Styled", "Image", a, TestRows.Options).Fit(rows);
        List<byte[]> styled = TestRows.Images(learned.Transform(rows), "Styled");
        Assert.Equal(TestRows.Images(given.Transform(rows), "Styled"), styled);
        Assert.NotEqual(TestRows.Images(single.Transform(rows), "Styled"), styled);
        Assert.Equal(styled, TestRows.Images(TestRows.Reload(_ml, learned, rows.Schema).Transform(rows), "Styled"));
        Assert.Equal(given.GetOutputSchema(rows.Schema)["Styled"].Type, learned.GetOutputSchema(rows.Schema)["Styled"].Type);
    }

    [Fact]
    public void FitReadsTheStyleColumnOnceAndTransformTheContentAlone()
    {
        CountingView rows = new(TestRows.Sized(_ml, 1, 2));
        using StyleTransferTransformer model = _ml.Transforms.LearnStyle("Styled", "Image", "Other", TestRows.Options).Fit(rows);
        Assert.Equal(1, rows.Cursors);
        Assert.Equal(["Other"], rows.Asked);
        Assert.Equal(2, rows.Values["Other"]);
        IDataView view = model.Transform(rows);
        Assert.Equal(1, rows.Cursors);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        Assert.True(cursor.MoveNext());
        MLImage image = null!;
        cursor.GetGetter<MLImage>(view.Schema["Styled"])(ref image);
        Assert.Equal(1, rows.Values["Image"]);
        Assert.Equal(2, rows.Values["Other"]);
    }

    [Fact]
    public void UnreadableRowsAreNamedOrLeftOut()
    {
        using TestFolder folder = new();
        folder.Add("a.png", 1);
        folder.Add("c.png", 2);
        File.WriteAllText(folder.File("broken.png"), "no picture");
        IDataView rows = folder.Rows(_ml, "a.png", "broken.png", "missing.png", "c.png");
        List<string> messages = [];
        _ml.Log += (_, e) =>
        {
            if (e.Source.Contains("LearnStyle")) messages.Add(e.Message);
        };
        StyleTransferOptions options = TestRows.Options;
        ImageReadException error = Assert.Throws<ImageReadException>(() => Learn(rows, options));
        Assert.Contains("Row 1 ('broken.png')", error.Message);
        Assert.Contains("'Image'", error.Message);

        options.SkipUnreadable = true;
        ITransformer model = Learn(rows, options);
        Assert.Contains(messages, message => message.Contains("missing.png"));
        Assert.Contains(messages, message => message.Contains("style of 2 images learned"));
        IDataView good = folder.Rows(_ml, "a.png", "c.png");
        Assert.Equal(TestRows.Images(Learn(good, TestRows.Options).Transform(good), "Styled"),
            TestRows.Images(model.Transform(good), "Styled"));
        Assert.Contains("none of the 1 images",
            Assert.Throws<InvalidOperationException>(() => Learn(folder.Rows(_ml, "missing.png"), options)).Message);

        ITransformer Learn(IDataView data, StyleTransferOptions with) =>
            _ml.Transforms.LoadImages("Image", folder.Path,
                "Path").Append(_ml.Transforms.LearnStyle("Styled", "Image", "Image", with, _ml)).Fit(data);
    }

    [Fact]
    public void WhatCannotBeLearnedIsRefused()
    {
        Assert.Contains("no row",
            Assert.Throws<InvalidOperationException>(() =>
            _ml.Transforms.LearnStyle("Styled", "Image", "Other", TestRows.Options).Fit(TestRows.Sized(_ml))).Message);
        Assert.Contains("'Nothing'",
            Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.LearnStyle("Styled", "Image", "Nothing", TestRows.Options).Fit(TestRows.Sized(_ml, 1))).Message);
        Assert.Contains("Set Size",
            Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.LearnStyle("Styled", "Image", "Other", new StyleTransferOptions { Size = 0 })).Message);
        Assert.Contains("Luminance",
            Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.LearnStyle("Styled", "Image", "Other",
            new StyleTransferOptions { PreserveColor = PreserveColorMode.Histogram })).Message);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            _ml.Transforms.LearnStyle("Styled", "Image", "Other", TestRows.Options,
                monitor: new StyleTransferMonitor { Cancellation = cancelled.Token }).Fit(TestRows.Sized(_ml, 1)));
    }
}
