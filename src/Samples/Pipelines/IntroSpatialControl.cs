using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A mask column: each region of the content gets a style of its own.</summary>
internal static class IntroSpatialControl
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new MaskedRow { Path = Path.GetFullPath(input.Content),
            MaskPath = PaintMask(input) }]);

        StyleTransferOptions options = input.Quick;
        options.ContentMaskColumns = ["Mask"]; // a region in each colour; several columns would be a region each
        StyleImage[] styles = [input.Style, input.Content]; // one for each region: without style masks they go by order
        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Transforms.LoadPictures("Mask", "", "MaskPath"))
            .Append(ml.Style.StyleTransfer("Styled", "Image", styles, options));
        using var model = pipeline.Fit(data);

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("spatial-control.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("spatial-control.png")}");
    }

    /// <summary>Two regions: what is above a slanting line is orange, the rest is blue.</summary>
    private static string PaintMask(SampleInput input)
    {
        PlanarImage content = PictureFile.Read(input.Content), mask = new(content.Width, content.Height);
        for (int i = 0; i < mask.Width * mask.Height; i++)
        {
            bool above = (double)(i / mask.Width) / mask.Height < 0.35 + (0.3 * (i % mask.Width) / mask.Width);
            (mask.Plane(0)[i], mask.Plane(1)[i], mask.Plane(2)[i]) = above ? (255, 160, 0) : (0, 80, 200);
        }
        PictureFile.Save(mask, input.Result("mask.png"));
        return Path.GetFullPath(input.Result("mask.png"));
    }
}
