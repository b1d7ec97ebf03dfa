using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>Each row brings its own style image.</summary>
internal static class IntroStyleColumn
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content),
            StylePath = Path.GetFullPath(input.Style) }]);

        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Transforms.LoadPictures("Style", "", "StylePath"))
            .Append(ml.Style.StyleTransferFromColumn("Styled", "Image", "Style", input.Quick));
        using var model = pipeline.Fit(data); // no style to measure yet: that happens row by row

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("by-column.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("by-column.png")}");
    }
}
