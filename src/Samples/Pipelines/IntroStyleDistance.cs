using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>How far a picture is from a style, before and after the transfer.</summary>
internal static class IntroStyleDistance
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content),
            StylePath = Path.GetFullPath(input.Style) }]);

        StyleDistanceOptions distance = new() { Network = input.Network };
        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Transforms.LoadPictures("Style", "", "StylePath"))
            .Append(ml.Transforms.StyleTransferFromColumn("Styled", "Image", "Style", input.Quick, ml))
            .Append(ml.Transforms.StyleDistance("Before", "Image", "Style", distance, ml))
            .Append(ml.Transforms.StyleDistance("After", "Styled", "Style", distance, ml));
        using var model = pipeline.Fit(data);
        IDataView view = model.Transform(data);
        input.Out.WriteLine($"content to style: {view.GetColumn<float>(view.Schema["Before"]).First():0.000}");
        input.Out.WriteLine($"styled to style:  {view.GetColumn<float>(view.Schema["After"]).First():0.000}");
    }
}
