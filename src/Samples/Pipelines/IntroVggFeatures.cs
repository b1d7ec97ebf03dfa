using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>Feature maps as vector columns, with the shape in the column type.</summary>
internal static class IntroVggFeatures
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        var pipeline = ml.Transforms.LoadPictures("Loaded", "", "Path")
            .Append(ml.Transforms.ResizeImages("Image", 224, 224, "Loaded"))
            .Append(ml.Style.VggFeatures("Features", "Image", ["relu3_1", "relu4_2"],
                new VggFeaturesOptions { Network = input.Network }));
        using var model = pipeline.Fit(data);
        IDataView features = model.Transform(data);

        foreach (string name in new[] { "Features.relu3_1", "Features.relu4_2" })
        {
            DataViewSchema.Column column = features.Schema[name];
            float[] values = features.GetColumn<float[]>(column).First(); // only this layer, and what lies before it, is computed
            input.Out.WriteLine($"{name}: {column.Type}, mean {values.Average():0.000}, largest {values.Max():0.000}");
        }
    }
}
