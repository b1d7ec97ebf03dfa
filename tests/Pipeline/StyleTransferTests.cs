using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class StyleTransferTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void TheResultIsThatOfTheStylizer()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50), content = TestRows.Image(1);
        StyleTransferOptions options = TestRows.Options;
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, options).Fit(rows);
        byte[] styled = TestRows.FirstImage(model.Transform(rows), "Styled");

        using Stylizer stylizer = new(model.Network, options);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(MLNetStyle.Pipeline.ImagePixels.Read(style).Color));
        MLNetStyle.Pipeline.ImagePixels pixels = MLNetStyle.Pipeline.ImagePixels.Read(content);
        using MLImage expected = pixels.With(stylizer.Stylize(pixels.Color, target).Image).ToImage();
        Assert.Equal(TestRows.Rgba(expected), styled);
        Assert.NotEqual(TestRows.Rgba(content), styled);
    }

    [Fact]
    public void NothingIsReadBeforeARowIsAndThenOnlyWhatIsNeeded()
    {
        CountingView rows = new(TestRows.Sized(_ml, 1, 2));
        int runs = 0;
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("Styled", "Image", style, TestRows.Options,
            new StyleTransferMonitor { Completed = _ => runs++ }).Fit(rows);
        IDataView view = model.Transform(rows);
        Assert.Equal(0, rows.Cursors);

        using (DataViewRowCursor other = view.GetRowCursor([view.Schema["Other"]]))
        {
            while (other.MoveNext())
            {
            }
        }
        Assert.Equal(["Other"], rows.Asked);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        Assert.True(cursor.MoveNext());
        Assert.Equal(["Image", "Other"], rows.Asked.Order());
        ValueGetter<MLImage> first = cursor.GetGetter<MLImage>(view.Schema["Styled"]),
            second = cursor.GetGetter<MLImage>(view.Schema["Styled"]);
        Assert.Equal(0, runs);
        MLImage a = null!, b = null!;
        first(ref a);
        first(ref a);
        second(ref b);
        Assert.Equal(1, runs);
        Assert.Equal(1, rows.Values["Image"]);
        Assert.Equal(TestRows.Rgba(a), TestRows.Rgba(b));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void CoarseAndFineStylesOfTwoImagesAreSavedAndOfOneAreThePlainStyle(int size)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage a = TestRows.Image(50), b = TestRows.Image(51);
        StyleTransferOptions options = TestRows.Options;
        options.Size = size;
        using StyleTransferTransformer plain = _ml.Transforms.StyleTransfer("Styled", "Image", a, options).Fit(rows);
        using StyleTransferTransformer same = Fit(new(a, 1, StyleScope.Coarse), new(a, 1, StyleScope.Fine));
        using StyleTransferTransformer both = Fit(new(a, 1, StyleScope.Coarse), new(b, 2, StyleScope.Fine));
        byte[] styled = TestRows.FirstImage(both.Transform(rows), "Styled");
        Assert.Equal(TestRows.FirstImage(plain.Transform(rows), "Styled"), TestRows.FirstImage(same.Transform(rows), "Styled"));
        Assert.NotEqual(TestRows.FirstImage(plain.Transform(rows), "Styled"), styled);
        Assert.Equal(styled, TestRows.FirstImage(TestRows.Reload(_ml, both, rows.Schema).Transform(rows), "Styled"));
        Assert.Contains("No style image covers",
            Assert.Throws<ArgumentException>(() => Fit(new StyleImage(a, 1, StyleScope.Fine))).Message);

        StyleTransferTransformer Fit(params StyleImage[] styles) =>
            _ml.Transforms.StyleTransfer("Styled", "Image", styles, options).Fit(rows);
    }

    [Fact]
    public void AnInactiveColumnAndAWrongTypeAreRefused()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        IDataView view = model.Transform(rows);
        using DataViewRowCursor other = view.GetRowCursor([view.Schema["Other"]]);
        Assert.False(other.IsColumnActive(view.Schema["Styled"]));
        Assert.Contains("not active",
            Assert.Throws<InvalidOperationException>(() => other.GetGetter<MLImage>(view.Schema["Styled"])).Message);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        Assert.True(cursor.IsColumnActive(view.Schema["Styled"]));
        Assert.Contains("Single", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Styled"])).Message);
    }

    [Fact]
    public void AGetterDisposesTheImageThatItIsGivenBack()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        IDataView view = model.Transform(rows);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Styled"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        MLImage before = image;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        Assert.NotSame(before, image);
        Assert.ThrowsAny<Exception>(() => before.Pixels.ToArray());
        Assert.NotEmpty(image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(20, 20, 16)]
    [InlineData(0, 40, 32)]
    public void ASizedColumnGivesASizedColumn(int size, int width, int height)
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        StyleTransferOptions options = TestRows.Options;
        options.Size = size;
        using MLImage style = TestRows.Image(50);
        StyleTransferEstimator estimator = _ml.Transforms.StyleTransfer("Styled", "Image", style, options);
        using StyleTransferTransformer model = estimator.Fit(rows);
        ImageDataViewType type = Assert.IsType<ImageDataViewType>(model.GetOutputSchema(rows.Schema)["Styled"].Type);
        Assert.Equal((width, height), (type.Width, type.Height));
        IDataView view = model.Transform(rows);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        Assert.True(cursor.MoveNext());
        MLImage image = null!;
        cursor.GetGetter<MLImage>(view.Schema["Styled"])(ref image);
        Assert.Equal((width, height), (image.Width, image.Height));
    }

    [Fact]
    public void CursorSetsGiveTheSameRows()
    {
        IDataView rows = TestRows.Sized(_ml, 1, 2, 3);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        IDataView view = model.Transform(rows);
        HashSet<string> expected = [.. TestRows.Images(view, "Styled").Select(Convert.ToBase64String)];
        HashSet<string> found = [];
        DataViewRowCursor[] cursors = view.GetRowCursorSet([view.Schema["Styled"]], 2);
        Parallel.ForEach(cursors, cursor =>
        {
            ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Styled"]);
            MLImage image = null!;
            while (cursor.MoveNext())
            {
                getter(ref image);
                lock (found) found.Add(Convert.ToBase64String(TestRows.Rgba(image)));
            }
            cursor.Dispose();
        });
        Assert.Equal(expected, found);
    }

    [Fact]
    public void SeveralStylesAreBlendedByWeight()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage one = TestRows.Image(50), two = TestRows.Image(51);
        byte[] Run(params StyleImage[] styles)
        {
            using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", styles, TestRows.Options).Fit(rows);
            return TestRows.FirstImage(model.Transform(rows), "Styled");
        }
        byte[] first = Run(new StyleImage(one)), blend = Run(new StyleImage(one, 0.5), new StyleImage(two, 0.5)),
            same = Run(new StyleImage(one, 0.3), new StyleImage(one, 0.7));
        Assert.NotEqual(first, blend);
        Assert.True(first.Zip(same).Max(pair => Math.Abs(pair.First - pair.Second)) <= 2, "two copies of one style are that style");
    }

    [Fact]
    public void AFolderIsOneStyleOfAllItsPictures()
    {
        using TestFolder folder = new();
        string one = folder.Add("b.png", 50), two = folder.Add("a.jpg", 51), empty = folder.File("empty");
        File.WriteAllText(folder.File("notes.txt"), "left alone");
        IReadOnlyList<StyleImage> images = StyleImage.Folder(folder.Path, 3);
        Assert.Equal([(two, 1.5), (one, 1.5)], images.Select(image => (image.Path!, image.Weight)));
        IDataView rows = TestRows.Sized(_ml, 1);
        byte[] Run(Func<StyleTransferEstimator> make)
        {
            using StyleTransferTransformer model = make().Fit(rows);
            return TestRows.FirstImage(model.Transform(rows), "Styled");
        }
        byte[] styled = Run(() => _ml.Transforms.StyleTransfer("Styled", "Image", folder.Path, TestRows.Options));
        Assert.Equal(Run(() => _ml.Transforms.StyleTransfer("Styled", "Image", [two, one], TestRows.Options)), styled);
        Assert.NotEqual(Run(() => _ml.Transforms.StyleTransfer("Styled", "Image", one, TestRows.Options)), styled);

        Directory.CreateDirectory(empty);
        Assert.Contains("has no picture file",
            Assert.Throws<ArgumentException>(() => _ml.Transforms.StyleTransfer("Styled", "Image", empty)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => StyleImage.Folder(folder.File("nothere")));
        Assert.Throws<ArgumentOutOfRangeException>(() => StyleImage.Folder(folder.Path, 0));
    }

    [Fact]
    public void TheStyleCanBeAColumnOfTheRow()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using StyleTransferTransformer byColumn = _ml.Transforms.StyleTransferFromColumn("Styled", "Image", "Other",
            TestRows.Options).Fit(rows);
        using MLImage style = TestRows.Image(101);
        using StyleTransferTransformer byImage = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options).Fit(rows);
        Assert.Equal(TestRows.FirstImage(byImage.Transform(rows), "Styled"), TestRows.FirstImage(byColumn.Transform(rows), "Styled"));
    }

    [Fact]
    public void FitSaysInTheLogWhatItMeasured()
    {
        List<string> messages = [];
        _ml.Log += (_, e) => messages.Add(e.Message);
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Transforms.StyleTransfer("Styled", "Image", style, TestRows.Options, _ml).Fit(rows);
        Assert.Contains(messages, message => message.Contains("style of 1 images measured"));
    }

    [Fact]
    public void CallbacksSeeTheRunAndCancellationKeepsItsBest()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using CancellationTokenSource source = new();
        StyleTransferOptions options = TestRows.Options;
        options.Iterations = 50;
        int iterations = 0;
        StyleTransferRow? done = null;
        StyleTransferMonitor monitor = new()
        {
            Callbacks = new StylizationCallbacks
            {
                Progress = progress =>
                {
                    iterations = progress.Iteration;
                    if (iterations == 2) source.Cancel();
                },
            },
            Cancellation = source.Token,
            Completed = row => done = row,
        };
        using MLImage style = TestRows.Image(50);
        using StyleTransferTransformer model = _ml.Style.StyleTransfer("Styled", "Image", style, options, monitor).Fit(rows);
        byte[] styled = TestRows.FirstImage(model.Transform(rows), "Styled");
        Assert.Equal(2, iterations);
        Assert.Equal(StopReason.Cancelled, done!.Result.Stopped);
        Assert.Equal(TestRows.Width * TestRows.Height * 4, styled.Length);
    }

    [Fact]
    public void ADisposedTransformerRefuses()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        TransformerChain<StyleTransferTransformer> chain = new EstimatorChain<ITransformer>().Append(_ml.Transforms.StyleTransfer("Styled",
            "Image", style, TestRows.Options)).Fit(rows);
        IDataView view = chain.Transform(rows);
        chain.Dispose();
        Assert.Throws<ObjectDisposedException>(() => TestRows.FirstImage(view, "Styled"));
        Assert.Throws<ObjectDisposedException>(() => chain.LastTransformer.Transform(rows));
    }
}
