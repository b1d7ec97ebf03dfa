using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A picture in the style of another: the shortest pipeline.</summary>
internal static class IntroStyleTransfer
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Styled", "Image", style: input.Style, options: input.Quick));
        using var model = pipeline.Fit(data); // the style is measured here, once

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("styled.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("styled.png")}");
    }
}
