using System.CommandLine;
using System.Globalization;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle interpolate CONTENT --style A --style B --output STRIP: the way from one style to another in pictures.</summary>
internal static class InterpolateCommand
{
    private const int MostSteps = 64;

    /// <param name="given">What shows the runs of another command that makes pictures with this one, and says how they ended; null to do so
    /// here.</param>
    public static Command Create(TransferDisplay? given = null)
    {
        Argument<string> content = new("CONTENT") { Description = "The picture to repaint" };
        Option<int> steps = Numbers.Only(new Option<int>("--steps",
            "-n")
        {
            Description = $"How many pictures, the two ends among them: 2 to {MostSteps}",
            DefaultValueFactory = _ => 5,
            HelpName = "N"
        });
        Option<string?> output = new("--output",
            "-o")
        { Description = "Where the strip goes, all pictures side by side: a .png, .jpg, .jpeg or .webp file", HelpName = "FILE" };
        Option<string?> outputDir = new("--output-dir")
        {
            Description = "Where the single pictures go, as 01.png, 02.png, ...; made if "
            + "it is missing",
            HelpName = "DIR"
        };
        WriteArguments writing = new();
        TransferArguments transfer = new();
        Command command = new TeachingCommand("interpolate", "Repaints one picture in two styles and in the styles between them.", """
            Examples:
              mlnetstyle interpolate photo.jpg --style calm.jpg --style wild.jpg --output strip.png
              mlnetstyle interpolate photo.jpg --style calm.jpg --style wild.jpg --steps 9 --size 256 --output-dir frames

            The first and the last picture are those that 'stylize' makes of either style alone. Ctrl-C stops early and keeps the
            pictures made so far; the exit code is then 130.
            """)
        { content, steps, output, outputDir };
        writing.AddTo(command);
        transfer.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            transfer, parsed, parsed.GetRequiredValue(content), parsed.GetValue(steps), parsed.GetValue(output),
                parsed.GetValue(outputDir), writing, given, cancellation)));
        return command;
    }

    /// <summary>Why a strip can't be written, before the work: too long for its format, or too large to be read again.</summary>
    private static string? StripRefusal(string output, int steps, int width, int height, PictureReadOptions reading)
    {
        PictureFormat format = PictureWriter.FormatOf(output);
        long length = (long)width * steps;
        string? limit = length > PictureWriter.MostSide(format) ? $"a {format} file is at most {PictureWriter.MostSide(format)} pixels wide"
            : length * height > reading.MaxPixels ? $"--max-pixels allows {reading.MaxPixels} pixels" : null;
        return limit is null ? null : $"The strip would be {steps} x {width} = {length} pixels wide and {height} high; {limit}. Ask for "
            + "fewer --steps or a smaller --size, write it as .png, or write single pictures with --output-dir.";
    }

    private static int Run(
        TransferArguments transfer, ParseResult parsed, string content, int steps, string? output, string? outputDir,
            WriteArguments writing, TransferDisplay? given, CancellationToken cancellation)
    {
        UsageException.ThrowIfAny([
            ImageFiles.Refusal(content, "CONTENT"),
            steps is >= 2 and <= MostSteps ? null : $"--steps is {steps}; it must be 2 to {MostSteps}.",
            output is null && outputDir is null
                ? "Nothing would be written: name a strip with --output FILE, or a folder with --output-dir DIR." : null,
            output is null ? null : ImageFiles.OutputRefusal(output, "--output"),
            File.Exists(outputDir) ? $"--output-dir '{outputDir}' is a file; name a folder." : null,
            .. writing.Refusals(parsed),
            transfer.TwoStylesRefusal(parsed),
            .. transfer.Refusals(parsed),
        ]);
        IEnumerable<NamedFile> singles = outputDir is null ? []
            : Enumerable.Range(0, steps).Select(i => new NamedFile(Path.Combine(outputDir, NameOf(i)), "the picture"));
        IEnumerable<NamedFile> strips = output is null ? [] : [new NamedFile(output, "--output")];
        NamedFile[] inputs = [new NamedFile(content, "CONTENT"), .. transfer.Inputs(parsed)];
        UsageException.ThrowIfAny(OutputFiles.Refusals(outputDir is null || Directory.Exists(outputDir) ? strips.Concat(singles) : strips,
            inputs, writing.Keeps(parsed)));
        StyleTransferOptions options = transfer.ToOptions(parsed);
        PictureWriteOptions write = writing.ToOptions(parsed, content);
        PlanarImage picture = PictureFile.Read(content, opaque: true, options.ContentReading);
        (int width, int height) = options.PictureSize(picture.Width, picture.Height);
        if (output is not null) UsageException.ThrowIfAny([StripRefusal(output, steps, width, height, options.ContentReading)]);
        if (outputDir is not null) Directory.CreateDirectory(outputDir);

        TransferDisplay display = given ?? TransferDisplay.Create();
        if (given is null) transfer.SayNetwork(parsed);
        PlanarImage? start = options.StartFile is null ? null : PictureFile.Read(options.StartFile, options: options.ContentReading);
        List<Summary.Line> done = [];
        List<PlanarImage> strip = [];
        using Stylizer stylizer = new(NetworkRelay.Load(options.Network, options.Pooling), options);
        StylizationCallbacks callbacks = new() { Phase = display.Phase, Progress = display.Iteration };
        display.Run(() =>
        {
            display.Picture("measuring the styles", 0, steps);
            StyleTarget[] ends = [.. transfer.StyleGroups(parsed).Select(group =>
                stylizer.MeasureStyle(group.Select(s =>
                new StyleSourceImage(PictureFile.Read(s.Path!, options: options.StyleReading), s.Weight, s.Scope)), cancellation))];
            for (int i = 0; i < steps && !cancellation.IsCancellationRequested; i++)
            {
                double t = (double)i / (steps - 1);
                string name = NameOf(i);
                display.Picture(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(content)}, {t:P0} of the second style"), i,
                    steps);
                StylizationResult result;
                try
                {
                    result = stylizer.Stylize(picture, StyleTarget.Interpolate(ends[0], ends[1], t), start, callbacks, cancellation);
                }
                catch (OperationCanceledException) when (done.Count > 0)
                {
                    break; // before there was anything of this picture
                }
                string? file = outputDir is null ? null : Path.Combine(outputDir, name);
                if (file is not null) OutputFiles.Save(result.Image, file, write);
                if (output is not null) strip.Add(result.Image);
                done.Add(Summary.Line.Of(file ?? $"picture {i + 1} of the strip", result));
            }
            if (done.Count == 0) cancellation.ThrowIfCancellationRequested();
            return true;
        });
        if (output is not null)
        {
            OutputFiles.Save(Strip(strip), output, write);
            if (given is null) Terminal.Note($"strip: {output}");
        }
        if (given is null) Summary.Print(done, done.Count, 0, steps - done.Count, 0);
        return cancellation.IsCancellationRequested ? CommandRunner.Interrupted : 0;
    }

    private static string NameOf(int index) => $"{(index + 1).ToString("D2", CultureInfo.InvariantCulture)}.png";

    /// <summary>Pictures of one size side by side.</summary>
    internal static PlanarImage Strip(IReadOnlyList<PlanarImage> pictures)
    {
        (int width, int height) = (pictures[0].Width, pictures[0].Height);
        PlanarImage strip = new(width * pictures.Count, height);
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int i = 0; i < pictures.Count; i++)
                for (int y = 0; y < height; y++)
                    pictures[i].Plane(c).Slice(y * width, width).CopyTo(strip.Plane(c)[(y * strip.Width + i * width)..]);
        return strip;
    }
}
