using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A prediction engine styles one picture at a time, as a service would.</summary>
internal static class IntroPredictionEngine
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Styled", "Image", style: input.Style, options: input.Quick));
        using var model = pipeline.Fit(data);

        using PredictionEngine<PictureRow, StyledRow> engine = ml.Model.CreatePredictionEngine<PictureRow, StyledRow>(model);
        foreach (string path in new[] { input.Content, input.Style })
        {
            StyledRow styled = engine.Predict(new PictureRow { Path = Path.GetFullPath(path) });
            string file = input.Result($"predicted-{Path.GetFileNameWithoutExtension(path)}.png");
            styled.Styled!.Save(file); // before the next prediction: its image dies then
            input.Out.WriteLine($"written: {file}");
        }
    }
}
