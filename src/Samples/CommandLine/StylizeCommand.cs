using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle stylize CONTENT --style STYLE --output OUT: one picture.</summary>
internal static class StylizeCommand
{
    /// <param name="given">What shows the runs of another command that makes pictures with this one, and says how they ended; null to do so
    /// here.</param>
    public static Command Create(TransferDisplay? given = null)
    {
        Argument<string> content = new("CONTENT") { Description = "The picture to repaint; - reads it from standard input" };
        Option<string> output = new("--output", "-o")
        {
            Description = "Where the result goes: a .png, .jpg, .jpeg or .webp file; - writes a PNG to standard output",
            Required = true,
            HelpName = "FILE"
        };
        WriteArguments writing = new();
        Option<int> previewEvery = Numbers.Only(new Option<int>("--preview-every")
        {
            Description = "Write a preview beside the output every N iterations, named after it: out-0050.png; 0 for none",
            HelpName = "N",
        });
        Option<string?> report = new("--report")
        {
            Description = "Write what was done, with every iteration's losses and times, as JSON",
            HelpName = "FILE.json"
        };
        TransferArguments transfer = new();
        MaskArguments masks = new(folders: false);
        FastArguments fast = new();
        Command command = new TeachingCommand("stylize", "Repaints one picture in the style of another, or of several.", """
            Examples:
              mlnetstyle stylize photo.jpg --style painting.jpg --output out.png
              mlnetstyle stylize photo.jpg --style a.jpg=2 --style b.jpg=1 --output out.png --size 768 --preserve-color luminance
              mlnetstyle stylize photo.jpg --style paintings-of-one-artist --output out.png
              mlnetstyle stylize photo.jpg --style sky.jpg --style land.jpg --content-mask photo-mask.png --output out.png
              mlnetstyle stylize photo.jpg --style painting.jpg --output strong.jpg --style-weight 200 --init noise --seed 7
              mlnetstyle stylize --from-report out.json --strength 70 --output stronger.png
              curl -s https://example.org/photo.jpg | mlnetstyle stylize - --style painting.jpg --output - > out.png
              mlnetstyle stylize photo.jpg --fast fast-styles=starry_night --output out.png

            Ctrl-C stops early and writes the best picture so far; the exit code is then 130.
            """)
        { content, output };
        writing.AddTo(command);
        transfer.AddTo(command);
        masks.AddTo(command);
        fast.AddTo(command);
        command.Options.Add(previewEvery);
        command.Options.Add(report);
        command.Options.Add(ReportArguments.Option());
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(previewEvery) > 0 && parsed.GetRequiredValue(output) == StandardStreams.Dash)
                throw new UsageException(["--preview-every can't be combined with --output -: name a file, so that "
                    + "previews have a place."]);
            using StandardStreams streams = new(parsed.GetRequiredValue(content), parsed.GetRequiredValue(output), cancellation);
            int code = fast.IsGiven(parsed) ? Paint(fast, transfer, parsed, streams.Content, streams.Output, writing)
                : Run(transfer, masks, parsed, streams.Content, streams.Output, writing, parsed.GetValue(previewEvery),
                    parsed.GetValue(report), given, fast, cancellation);
            streams.Send();
            return Task.FromResult(code);
        });
        return command;
    }

    private static int Paint(
        FastArguments fast, TransferArguments transfer, ParseResult parsed, string content, string output, WriteArguments writing)
    {
        UsageException.ThrowIfAny([
            ImageFiles.Refusal(content, "CONTENT"),
            ImageFiles.OutputRefusal(output, "--output"),
            .. writing.Refusals(parsed),
            .. fast.Refusals(parsed),
        ]);
        Stopwatch watch = Stopwatch.StartNew();
        PictureWriteOptions write = writing.ToOptions(parsed, content);
        FastPipeline.Run([content], fast.File(parsed), fast.ToOptions(parsed, transfer.Threads(parsed)), transfer.Reading(parsed), _ =>
            true,
            (_, painted) => PictureFile.Save(painted, output, write));
        if (!Terminal.HasData && !Terminal.IsQuiet) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{output}: {fast.Name(parsed)}, {watch.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    private static int Run(
        TransferArguments transfer, MaskArguments masks, ParseResult parsed, string content, string output, WriteArguments writing,
            int previewEvery,
        string? report, TransferDisplay? given, FastArguments fast, CancellationToken cancellation)
    {
        UsageException.ThrowIfAny([
            ImageFiles.Refusal(content, "CONTENT"),
            ImageFiles.OutputRefusal(output, "--output"),
            .. writing.Refusals(parsed),
            previewEvery < 0 ? $"--preview-every is {previewEvery}; give the number of iterations between previews, or 0 for none." : null,
            report is null ? null : ReportRefusal(report),
            .. fast.Refusals(parsed),
            .. transfer.Refusals(parsed, o => masks.ApplyTo(o, parsed)),
            .. masks.Refusals(parsed, transfer.StyleArguments, content, transfer.Reading(parsed)),
        ]);
        ContentFiles files = masks.Files(parsed, content);
        NamedFile[] inputs = [new NamedFile(content, "CONTENT"), .. transfer.Inputs(parsed), .. masks.Inputs(parsed, files)];
        IEnumerable<NamedFile> outputs = report is null ? [new NamedFile(output, "--output")]
            : [new NamedFile(output, "--output"), new NamedFile(report, "--report")];
        UsageException.ThrowIfAny([
            .. OutputFiles.Refusals(outputs, inputs, writing.Keeps(parsed)), previewEvery > 0 ? OutputFiles.PreviewRefusal(output, inputs)
                : null]);
        StyleTransferOptions options = transfer.ToOptions(parsed);
        masks.ApplyTo(options, parsed);
        TransferDisplay display = given ?? TransferDisplay.Create();
        if (given is null) transfer.SayNetwork(parsed);
        PictureWriteOptions write = writing.ToOptions(parsed, content);
        StyleTransferRow? done = null;
        options.PreviewEvery = previewEvery; // a preset's own would be files that nobody asked for
        StyleTransferMonitor monitor = new()
        {
            Cancellation = cancellation,
            Completed = row => done = row,
            Callbacks = new StylizationCallbacks
            {
                Phase = display.Phase,
                Progress = display.Iteration,
                Preview = preview =>
                {
                    string path = ImageFiles.PreviewName(output, preview.Progress.Iteration);
                    PictureFile.Save(preview.Image, path, write);
                    display.Note($"preview: {path}");
                },
            },
        };

        display.Run(() =>
        {
            display.Picture($"{Path.GetFileName(content)} in the style of {transfer.StyleNames(parsed)}", 0, 1);
            if (masks.Pairing(parsed, transfer.StyleArguments) is { } pairing) display.Note(pairing);
            TransferPipeline.Run([files], masks.Styles(parsed, transfer.StyleArguments), options, monitor, display.Note, _ => true,
                _ => OutputFiles.Save(done!.Result.Image, output, write, done.Alpha), (_, _) => false);
            return true;
        });
        RunRecord record = new(parsed, transfer.PresetName(parsed), masks.Styles(parsed, transfer.StyleArguments));
        if (report is not null) StylizationReport.Save(report, done!.Network, done.Options, done.Result, json =>
            record.Write(json, files, output));
        if (given is null) Summary.Print(output, done!, report);
        return done!.Result.Stopped == StopReason.Cancelled ? CommandRunner.Interrupted : 0;
    }

    private static string? ReportRefusal(string path)
    {
        if (Directory.Exists(path)) return $"--report '{path}' is a folder; name a .json file.";
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Directory.Exists(folder) ? null : $"--report '{path}': the folder '{folder}' does not exist; make it first.";
    }
}
