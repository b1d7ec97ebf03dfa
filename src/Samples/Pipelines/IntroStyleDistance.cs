using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>How far a picture is from a style, before and after the transfer.</summary>
internal static class IntroStyleDistance
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content),
            StylePath = Path.GetFullPath(input.Style) }]);

        // Statistics depend on the size: all three pictures are compared at the same one.
        (int width, int height) = PictureFile.ReadSize(input.Content);
        double scale = (double)input.Size / Math.Max(width, height);
        (width, height) = ((int)Math.Round(scale * width), (int)Math.Round(scale * height));
        StyleDistanceOptions distance = new() { Network = input.Network };
        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Transforms.LoadPictures("Style", "", "StylePath"))
            .Append(ml.Transforms.ResizeImages("Image", width, height))
            .Append(ml.Transforms.ResizeImages("Style", input.Size, input.Size, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(ml.Style.StyleTransferFromColumn("Styled", "Image", "Style", input.Quick))
            .Append(ml.Style.StyleDistance("Before", "Image", "Style", distance))
            .Append(ml.Style.StyleDistance("After", "Styled", "Style", distance));
        using var model = pipeline.Fit(data);
        IDataView view = model.Transform(data);
        input.Out.WriteLine($"content to style: {view.GetColumn<float>(view.Schema["Before"]).First():0.000}");
        input.Out.WriteLine($"styled to style:  {view.GetColumn<float>(view.Schema["After"]).First():0.000}");
    }
}
