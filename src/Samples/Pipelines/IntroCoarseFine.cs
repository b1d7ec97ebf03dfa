using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>The strokes and shapes of one picture, the lines, dots and colours of another.</summary>
internal static class IntroCoarseFine
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        StyleImage[] styles = [new(input.Style, scope: StyleScope.Coarse), new(input.Content, scope: StyleScope.Fine)];
        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Styled", "Image", styles, input.Quick));
        using var model = pipeline.Fit(data);

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("coarse-fine.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("coarse-fine.png")}");
    }
}
