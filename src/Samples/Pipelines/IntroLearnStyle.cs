using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A style is learned from a column of a data set, saved, and given to pictures that it has never seen.</summary>
internal static class IntroLearnStyle
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        string content = Path.GetFullPath(input.Content);
        IDataView paintings = ml.Data.LoadFromEnumerable(
            Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(input.Style))!, $"*{Path.GetExtension(input.Style)}").Select(file =>
                new PictureRow { Path = content, StylePath = file }));

        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Transforms.LoadPictures("Painting", "", "StylePath"))
            .Append(ml.Style.LearnStyle("Styled", "Image", "Painting", input.Quick));
        using var model = pipeline.Fit(paintings); // reads every painting once, one after the other
        ml.Model.Save(model, paintings.Schema, input.Result("learned.zip"));

        IDataView photographs = ml.Data.LoadFromEnumerable([new PictureRow { Path = content }]); // no painting needed any more
        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(photographs), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("learned.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("learned.png")}, {input.Result("learned.zip")}");
    }
}
