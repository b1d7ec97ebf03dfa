using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>The network as an ONNX file, scored by ML.NET's own transform, beside VggFeatures.</summary>
internal static class IntroApplyOnnxModel
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        const int Size = 224;
        string file = input.Result("features.onnx");
        NetworkExporter.Export(Network.Load(input.Network), ["relu3_1"], file, Size, Size);

        var pipeline = ml.Transforms.LoadPictures("Loaded", "", "Path")
            .Append(ml.Transforms.ResizeImages("Image", Size, Size, "Loaded"))
            .Append(ml.Transforms.ExtractPixels(NetworkExporter.InputName, "Image")) // red, green, blue planes, 0 to 255
            .Append(ml.Transforms.ApplyOnnxModel("relu3_1", NetworkExporter.InputName, file))
            .Append(ml.Style.VggFeatures("Features", "Image", "relu3_1", new VggFeaturesOptions { Network = input.Network }));
        using var model = pipeline.Fit(data);
        IDataView view = model.Transform(data);
        float[] scored = view.GetColumn<float[]>(view.Schema["relu3_1"]).First(),
            computed = view.GetColumn<float[]>(view.Schema["Features"]).First();
        input.Out.WriteLine($"{file}: {new FileInfo(file).Length / 1024} KB");
        input.Out.WriteLine($"{scored.Length} numbers, the largest difference to VggFeatures is "
            + $"{scored.Zip(computed).Max(pair => Math.Abs(pair.First - pair.Second)):g2}");
    }
}
