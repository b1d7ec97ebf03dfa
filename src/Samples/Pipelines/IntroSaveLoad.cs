using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A model is saved with the measured style in it, and loaded by a context that has never seen it.</summary>
internal static class IntroSaveLoad
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Styled", "Image", style: input.Style, options: input.Quick));
        string file = input.Result("style.zip");
        using (var model = pipeline.Fit(data)) ml.Model.Save(model, data.Schema, file);
        input.Out.WriteLine($"{file}: {new FileInfo(file).Length / 1024} KB, the network's file by name and SHA-256");

        MLContext other = new();
        ITransformer loaded = other.Model.Load(file, out DataViewSchema schema);
        input.Out.WriteLine($"it takes the columns {string.Join(", ", schema.Select(column => column.Name))}");
        foreach (StyledRow row in other.Data.CreateEnumerable<StyledRow>(loaded.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("loaded.png"));
        input.Out.WriteLine($"written: {input.Result("loaded.png")}");
    }
}
