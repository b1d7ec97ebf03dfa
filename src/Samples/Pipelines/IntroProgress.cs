using Microsoft.ML;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A run tells how it goes, hands out previews, and can be cancelled.</summary>
internal static class IntroProgress
{
    public static void Run(SampleInput input)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new PictureRow { Path = Path.GetFullPath(input.Content) }]);

        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2)); // then the best picture so far is taken
        StyleTransferOptions options = input.Quick;
        options.PreviewEvery = 20;
        StyleTransferMonitor monitor = new()
        {
            Cancellation = patience.Token,
            Callbacks = new StylizationCallbacks
            {
                Phase = phase => input.Out.WriteLine(phase),
                Progress = p =>
                {
                    if (p.Iteration % 10 == 0) input.Out.WriteLine($"{p.Iteration} of {p.Iterations}: content {p.Content:0.000}, style "
                        + $"{p.Style:0.000}");
                },
                Preview = p => input.Out.WriteLine($"a preview of {p.Image.Width} x {p.Image.Height} pixels"),
            },
            Completed = row =>
                input.Out.WriteLine($"row {row.Position}: {row.Result.Evaluations} evaluations in {row.Result.Seconds:0.0} s, "
                    + $"{row.Result.Stopped}"),
        };
        var pipeline = ml.Transforms.LoadPictures("Image", "", "Path")
            .Append(ml.Style.StyleTransfer("Styled", "Image", input.Style, options, monitor));
        using var model = pipeline.Fit(data);

        foreach (StyledRow row in ml.Data.CreateEnumerable<StyledRow>(model.Transform(data), reuseRowObject: false,
            ignoreMissingColumns: true))
            row.Styled!.Save(input.Result("progress.png")); // before the next row is read: its image dies then
        input.Out.WriteLine($"written: {input.Result("progress.png")}");
    }
}
