using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle batch FOLDER --style STYLE --output-dir DIR: every picture of a folder.</summary>
internal static class BatchCommand
{
    private const int MostRefusals = 5;

    public static Command Create()
    {
        Argument<string> folder = new("FOLDER") { Description = "The folder whose picture files are repainted" };
        Option<string> outputDir = new("--output-dir",
            "-o") { Description = "Where the results go, under the names of the originals, with .png after those of formats that are "
            + "only read; made if it is missing", Required = true, HelpName = "DIR" };
        WriteArguments writing = new();
        Option<bool> skipExisting = new("--skip-existing") { Description = "Leave out pictures that have a result already: goes on with "
            + "an interrupted batch" };
        Option<bool> skipUnreadable = new("--skip-unreadable") { Description = "Leave out pictures that can't be read, worked on or "
            + "written, with a warning, instead of stopping there" };
        Option<string?> report = new("--report-dir") { Description = "Write a JSON report for every picture into this folder",
            HelpName = "DIR" };
        TransferArguments transfer = new();
        MaskArguments masks = new(folders: true);
        FastArguments fast = new();
        Command command = new TeachingCommand("batch", "Repaints every picture of a folder in one style, which is measured once.", """
            Examples:
              mlnetstyle batch holiday --style painting.jpg --output-dir painted --size 768
              mlnetstyle batch holiday --style painting.jpg --output-dir painted --size 768 --skip-existing
              mlnetstyle batch holiday --fast fast-styles=starry_night --output-dir painted
              mlnetstyle batch holiday --style sky.jpg --style land.jpg --content-mask holiday-masks --output-dir painted

            Ctrl-C stops early: the pictures that are finished stay, and --skip-existing goes on from there another time.
            """)
        { folder, outputDir, skipExisting, skipUnreadable, report };
        writing.AddTo(command);
        transfer.AddTo(command);
        masks.AddTo(command);
        fast.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            transfer, masks, fast, parsed, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(outputDir), writing,
            parsed.GetValue(skipExisting), parsed.GetValue(skipUnreadable), parsed.GetValue(report), cancellation)));
        return command;
    }

    private static int Run(
        TransferArguments transfer, MaskArguments masks, FastArguments fast, ParseResult parsed, string folder, string outputDir,
            WriteArguments writing,
        bool skipExisting, bool skipUnreadable, string? reportDir, CancellationToken cancellation)
    {
        UsageException.ThrowIfAny([
            Directory.Exists(folder) ? null : File.Exists(folder)
                ? $"FOLDER '{folder}' is a file; 'mlnetstyle stylize' takes one picture."
                : $"FOLDER '{folder}' does not exist.",
            .. writing.Refusals(parsed),
            File.Exists(outputDir) ? $"--output-dir '{outputDir}' is a file; name a folder." : null,
            File.Exists(reportDir) ? $"--report-dir '{reportDir}' is a file; name a folder." : null,
            OutputFiles.Real(outputDir) == OutputFiles.Real(folder)
                ? $"--output-dir '{outputDir}' is the folder of the originals, which would be overwritten; name another."
                : null,
            .. fast.Refusals(parsed),
            .. fast.IsGiven(parsed) ? [] : transfer.Refusals(parsed, o => masks.ApplyTo(o, parsed)),
            .. fast.IsGiven(parsed) ? [] : masks.Refusals(parsed, transfer.StyleArguments, null, transfer.Reading(parsed)),
        ]);
        string[] pictures = [.. Directory.EnumerateFiles(folder).Where(PictureFile.IsPicture).Order(StringComparer.Ordinal)];
        if (pictures.Length == 0) throw new ArgumentException($"FOLDER '{folder}' has no picture file; "
            + $"{string.Join(' ', PictureFile.Endings)} are read.");
        SayLeftOut(folder);
        string[] wanted = skipExisting ? [.. pictures.Where(p => !File.Exists(OutputOf(p)))] : pictures;
        wanted = [.. wanted.Where(p => Problem(p) is not { } problem || LeftOut(p, problem))];
        if (wanted.Length == 0)
        {
            Terminal.Note($"Nothing to do: every one of {pictures.Length} pictures has a result in '{outputDir}' already, or is left out.");
            return 0;
        }

        if (fast.IsGiven(parsed)) return Paint(fast, parsed, wanted, pictures.Length - wanted.Length, outputDir, writing, transfer,
            cancellation);
        ContentFiles[] files = [.. wanted.Select(p => masks.Files(parsed, p))];
        Directory.CreateDirectory(outputDir);
        NamedFile[] inputs =
        [
            .. pictures.Select(p => new NamedFile(p, "the picture")), .. transfer.Inputs(parsed),
            .. files.SelectMany(f => masks.Inputs(parsed, f)).DistinctBy(f => f.Path),
        ];
        UsageException.ThrowIfAny(OutputFiles.Refusals(wanted.Select(p => new NamedFile(OutputOf(p), "the result")), inputs,
            writing.Keeps(parsed)).Take(MostRefusals));
        StyleTransferOptions options = transfer.ToOptions(parsed);
        masks.ApplyTo(options, parsed);
        PictureWriteOptions write = writing.ToOptions(parsed);
        WholeFile.RemoveLeftovers(outputDir);
        if (reportDir is not null) Directory.CreateDirectory(reportDir);
        TransferDisplay display = TransferDisplay.Create();
        transfer.SayNetwork(parsed);
        List<Summary.Line> done = [];
        StyleTransferRow? last = null;
        RunRecord record = new(parsed, transfer.PresetName(parsed), masks.Styles(parsed, transfer.StyleArguments));
        Dictionary<string, ContentFiles> filesOf = files.ToDictionary(f => Path.GetFullPath(f.Path));
        string? cut = null;
        options.SkipUnreadable = skipUnreadable;
        options.Cancellation = cancellation;
        options.Completed = row => last = row;
        options.Callbacks = new StylizationCallbacks { Phase = display.Phase, Progress = display.Iteration };

        display.Run(() =>
        {
            display.Picture("measuring the style", 0, wanted.Length);
            try
            {
                TransferPipeline.Run(files, masks.Styles(parsed, transfer.StyleArguments), options, display.Note, Begin, Keep, Failed);
            }
            catch (OperationCanceledException) when (done.Count > 0)
            {
                // Interrupted before the picture at hand had anything to keep: those before it stand.
            }
            return true;
        });
        if (cut is not null) Terminal.Note($"'{Path.GetFileName(cut)}' was not finished and not written; the same command with "
            + $"--skip-existing makes it.");
        Summary.Print(done, skipExisting ? pictures.Count(p => File.Exists(OutputOf(p))) - done.Count : 0, wanted.Length);
        return cancellation.IsCancellationRequested ? CommandRunner.Interrupted : 0;

        bool Begin(int index)
        {
            if (cancellation.IsCancellationRequested) return false;
            display.Picture(Path.GetFileName(wanted[index]), index, wanted.Length);
            return true;
        }

        void Keep(string path)
        {
            if (last!.Result.Stopped == StopReason.Cancelled)
            {
                cut = path; // only whole pictures get their name
                return;
            }
            string output = OutputOf(path);
            OutputFiles.Save(last!.Result.Image, output, write, last.Alpha);
            done.Add(Summary.Line.Of(output, last!.Result)); // a few words a picture, so that memory does not grow with the folder
            if (reportDir is not null)
                StylizationReport.Save(Path.Combine(reportDir, Path.GetFileName(path) + ".json"), last!.Network, last.Options, last.Result,
                    json => record.Write(json, filesOf[path], output));
        }

        bool Failed(string path, Exception e)
        {
            string name = Path.GetFileName(path), message = e.Message.Contains(name, StringComparison.Ordinal) ? e.Message
                : $"'{name}': {e.Message}";
            if (!skipUnreadable) throw message == e.Message ? e : new InvalidOperationException(message, e);
            display.Note($"left out: {PropertyNames.AsOptions(message, parsed.CommandResult.Command)}");
            return true;
        }

        string? Problem(string picture) => WholeFile.IsRegular(picture) ? OutputFiles.NameRefusal(OutputOf(picture))
            : "it is a pipe or a device, no file.";

        // False, so that it is; an error unless that is wanted.
        bool LeftOut(string picture, string problem)
        {
            if (!skipUnreadable) throw new UsageException([$"'{picture}': {problem} --skip-unreadable leaves it out."]);
            Terminal.Warning($"left out: '{picture}': {problem}");
            return false;
        }

        string OutputOf(string picture) =>
            Path.Combine(outputDir, Path.GetFileName(picture) + (PictureFile.CanWrite(picture) ? "" : ".png"));
    }

    // Hidden files are nobody's pictures: nothing is said of them.
    private static void SayLeftOut(string folder)
    {
        const int Named = 5;
        string[] others = [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Where(f => !f.StartsWith('.')
            && !PictureFile.IsPicture(f)).Order(StringComparer.Ordinal)];
        if (others.Length > 0)
            Terminal.Note($"Left out, no pictures by their names: "
                + $"{string.Join(", ", others.Take(Named))}{(others.Length > Named ? $" and {others.Length - Named} more" : "")}.");
    }

    private static int Paint(
        FastArguments fast, ParseResult parsed, string[] pictures, int there, string outputDir, WriteArguments writing,
            TransferArguments transfer,
        CancellationToken cancellation)
    {
        Directory.CreateDirectory(outputDir);
        Stopwatch watch = Stopwatch.StartNew();
        int done = 0;
        PictureWriteOptions write = writing.ToOptions(parsed);
        FastStyleTransferOptions options = fast.ToOptions(parsed, transfer.Threads(parsed));
        FastPipeline.Run(pictures, fast.File(parsed), options, transfer.Reading(parsed), _ => !cancellation.IsCancellationRequested,
            (row, painted) =>
        {
            string name = Path.GetFileName(pictures[row]);
            PictureFile.Save(painted, Path.Combine(outputDir, PictureFile.CanWrite(name) ? name : name + ".png"), write);
            done++;
        });
        string left = pictures.Length > done ? $", {pictures.Length - done} not made" : "", already = there > 0
            ? $", {there} there already" : "";
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done} pictures made{already}{left}, in {watch.Elapsed.TotalSeconds:0.0} s."));
        return cancellation.IsCancellationRequested ? CommandRunner.Interrupted : 0;
    }
}
