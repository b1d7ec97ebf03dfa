using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>Gram matrices, of images and of a column of features.</summary>
internal static class IntroGramStatistics
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        var pipeline = ml.Transforms.LoadPictures("Loaded", "", "Path")
            .Append(ml.Transforms.ResizeImages("Image", 224, 224, "Loaded"))
            .Append(ml.Style.GramStatistics("Style", "Image", ["relu1_1", "relu3_1"],
                new GramStatisticsOptions { Network = input.Network }))
            .Append(ml.Style.VggFeatures("Features", "Image", "relu3_1", new VggFeaturesOptions { Network = input.Network }))
            .Append(ml.Style.GramStatistics("FromFeatures", "Features"));
        using var model = pipeline.Fit(data);
        IDataView grams = model.Transform(data);

        foreach (string name in new[] { "Style.relu1_1", "Style.relu3_1", "FromFeatures" })
        {
            DataViewSchema.Column column = grams.Schema[name];
            input.Out.WriteLine($"{name}: {column.Type}, first entry {grams.GetColumn<float[]>(column).First()[0]:0.000}");
        }
    }
}
