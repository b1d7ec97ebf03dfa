using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>Several styles, each with its weight.</summary>
internal static class IntroBlendStyles
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        StyleImage[] styles = [new(input.Style, weight: 0.7), new(input.Content, weight: 0.3)];
        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Styled", "Image", styles, input.Quick));
        using var model = pipeline.Fit(data);

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("blended.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("blended.png")}");
    }
}
