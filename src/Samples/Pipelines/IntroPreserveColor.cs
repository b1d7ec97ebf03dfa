using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>The style's strokes in the content's colours.</summary>
internal static class IntroPreserveColor
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Painted", "Image", style: input.Style, options: input.Quick))
            .Append(ml.Transforms.PreserveColor("Styled", "Painted", "Image"))
            .Append(ml.Transforms.DropColumns("Image", "Painted"));
        using var model = pipeline.Fit(data);

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("colours-kept.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("colours-kept.png")}");
    }
}
