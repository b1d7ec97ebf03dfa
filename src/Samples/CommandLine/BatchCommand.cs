using System.CommandLine;
using System.Globalization;
using MLNetStyle.Imaging;
using MLNetStyle.Queues;
using MLNetStyle.Samples.Batch;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle batch FOLDER --style STYLE --output-dir DIR: every picture of a folder or a list.</summary>
internal sealed class BatchCommand
{
    /// <summary>The exit code of a batch whose pictures are all done but for some that can't be.</summary>
    public const int SomeFailed = 42;

    /// <summary>The exit code of a batch that was interrupted: the same command goes on with it.</summary>
    public const int RunAgain = 75;

    private const int MostRefusals = 5, MostNamed = 20, MostInShare = 50, LeastInShare = 8, LeastShares = 16;

    // What the command that fills a queue has done for the shares.
    private static readonly HashSet<string> s_onceOnly = ["--queue", "--share-size", "--replan", "--retry-failed", "--no-clobber"];

    // Pictures up to this side are painted side by side, a thread each: the parts of one are too small to share.
    private const int SmallSide = 256;

    private readonly Argument<string?> _input = new("FOLDER|LIST")
    {
        Description = "The folder whose picture files are repainted, or a list of pictures: .csv or .tsv with a head line, or .jsonl, with "
            + "the columns path and, if wanted, style, strength, mask, output",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "FOLDER|LIST",
    };
    private readonly Option<string> _outputDir = new("--output-dir", "-o")
    {
        Description = "Where the results go, under the names of the originals, with .png after those of formats that are only read; made "
            + "if it is missing",
        Required = true,
        HelpName = "DIR",
    };
    private readonly Option<bool> _recursive = new("--recursive", "-r") { Description = "Take the pictures of folders inside too" };
    private readonly Option<string[]> _patterns = new("--pattern")
    {
        Description = "Take only pictures whose name looks like this, with * and ?; with a '/' in it, the path below the folder; may be "
            + "repeated",
        HelpName = "PATTERN",
    };
    private readonly Option<string?> _names = new("--output-name")
    {
        Description = "The names of the results below the output folder, made of {folder}, {name}, {style}, {ext} and {number}",
        HelpName = "TEMPLATE",
    };
    private readonly Option<bool> _skipExisting = new("--skip-existing")
    {
        Description = "Leave out pictures that have a file of their result's name, whatever made it; those made with the same settings are "
            + "left out anyway",
    };
    private readonly Option<bool> _skipUnreadable = new("--skip-unreadable")
    {
        Description = "Count pictures that can't be made as left out: the exit code is 0 if all others are done",
    };
    private readonly Option<string?> _report = new("--report-dir")
    {
        Description = "Write a JSON report for every picture into this folder",
        HelpName = "DIR"
    };
    private readonly Option<string?> _plan = new("--plan")
    {
        Description = "Keep the list of pictures and settings in this file, written once; what is missing of it is made. Without it one is "
            + "kept in the output folder, and takes up pictures that are new",
        HelpName = "FILE",
    };
    private readonly Option<bool> _replan = new("--replan")
    {
        Description = "Write the plan anew; results of other settings are made "
        + "again"
    };
    private readonly Option<bool> _retry = new("--retry-failed") { Description = "Try pictures again that could not be made" };
    private readonly Option<bool> _status = new("--status")
    {
        Description = "Say what is done, failed and left of a plan, and make "
        + "nothing"
    };
    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Make the I-th of N shares of the plan, from 0; of N alone I is SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX",
        HelpName = "I/N",
    };
    private readonly QueueArguments _queue = new("Put the pictures into a PostgreSQL database, as in \"Host=db;Database=pictures\", in "
        + "shares that 'mlnetstyle worker' makes, on any machine that sees these folders; --status tells how far they are");
    private readonly Option<int> _shareSize = Numbers.Only(new Option<int>("--share-size")
    {
        Description = $"Pictures in a share of --queue; 0 for {LeastInShare} to {MostInShare}, so that there are {LeastShares} shares or "
            + "more",
        HelpName = "N",
    });
    private readonly Option<bool> _sequence = new("--sequence")
    {
        Description = "The pictures are frames, in the order of their names: each starts from the result before, so that a film does not "
            + "flicker",
    };
    private readonly Option<int> _sideBySide = Numbers.Only(new Option<int>("--side-by-side")
    {
        Description = $"Pictures painted at a time, a thread each; 0 for as many as there are cores where --size is at most {SmallSide}, "
            + $"else 1",
        HelpName = "N",
    });
    private readonly WriteArguments _writing = new();
    private readonly TransferArguments _transfer = new();
    private readonly MaskArguments _masks = new(folders: true);
    private readonly FastArguments _fast = new();
    private readonly ViewArguments _views = new();

    private BatchCommand()
    {
    }

    public static Command Create()
    {
        BatchCommand own = new();
        Command command = new TeachingCommand("batch",
            "Repaints every picture of a folder or a list in one style, which is measured once.", """
            Examples:
              mlnetstyle batch holiday --style painting.jpg --output-dir painted --size 768
              mlnetstyle batch holiday --recursive --pattern "*.heic" --style painting.jpg --output-dir painted
              mlnetstyle batch holiday --style painting.jpg --output-dir painted --output-name "{folder}/{name}-{style}.jpg"
              mlnetstyle batch pictures.csv --style painting.jpg --output-dir painted --plan painted.plan --shard 0/8
              mlnetstyle batch holiday --style painting.jpg --output-dir painted --queue "Host=db;Database=pictures"
              mlnetstyle batch --output-dir painted --status
              mlnetstyle batch holiday --fast fast-styles=starry_night --output-dir painted
              mlnetstyle batch frames --sequence --style painting.jpg --output-dir painted
              mlnetstyle batch holiday --style sky.jpg --style land.jpg --content-mask holiday-masks --output-dir painted

            The same command goes on where it was stopped, by Ctrl-C or in any other way: a result is there only when it is whole.
            Exit codes: 0 all done; 1 the results can't be written; 2 wrong arguments; 42 some pictures failed, named in DIR/failed, the
            others are done; 75 interrupted, run again.
            """)
        { own._input, own._outputDir, own._recursive, own._patterns, own._names, own._skipExisting, own._skipUnreadable, own._report,
            own._plan, own._replan, own._retry, own._status, own._shard, own._sequence };
        foreach (Option option in (Option[])[own._sideBySide, own._queue.Option, own._shareSize])
            command.Options.Add(HelpGroups.Put(option, HelpGroups.Machine));
        foreach (Option option in own._views.Options) command.Options.Add(HelpGroups.Put(option, HelpGroups.Files));
        own._writing.AddTo(command);
        own._transfer.AddTo(command);
        own._masks.AddTo(command);
        own._fast.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(own.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        BatchShard? shard = null;
        string outputDir = parsed.GetRequiredValue(_outputDir);
        string planFile = parsed.GetValue(_plan) ?? BatchState.PlanOf(outputDir);
        try
        {
            if (parsed.GetValue(_shard) is { } text) shard = BatchShard.Parse(text, Environment.GetEnvironmentVariable);
        }
        catch (FormatException e)
        {
            throw new UsageException([e.Message]);
        }
        if (parsed.GetValue(_status) && _views.IsGiven(parsed))
            throw new UsageException(["--page and --sheet can't be combined with --status; give them with the batch itself."]);
        if (parsed.GetValue(_status)) return Status(parsed, outputDir, planFile, shard);
        Refuse(parsed, outputDir, shard);
        string input = parsed.GetValue(_input)!;
        BatchSource source = File.Exists(input) ? BatchList.Read(input)
            : BatchSource.OfFolder(input, parsed.GetValue(_recursive), parsed.GetValue(_patterns) ?? [], outputDir);
        if (source.Rows.Count == 0) throw new ArgumentException($"'{input}' has no picture file"
            + $"{(parsed.GetValue(_patterns) is { Length: > 0 } ? " of that pattern" : "")}; {string.Join(' ', PictureFile.Endings)} are "
                + $"read.");
        SayLeftOut(source.LeftOut);
        return Make(parsed, outputDir, planFile, shard, source, cancellation);
    }

    private void Refuse(ParseResult parsed, string outputDir, BatchShard? shard)
    {
        string? input = parsed.GetValue(_input), reportDir = parsed.GetValue(_report);
        bool fast = _fast.IsGiven(parsed), sequence = parsed.GetValue(_sequence);
        UsageException.ThrowIfAny([
            input is null ? "No FOLDER or LIST is given." : Directory.Exists(input) || (File.Exists(input) && BatchList.Is(input)) ? null
                : File.Exists(input) ? $"FOLDER '{input}' is a file; 'mlnetstyle stylize' takes one picture, and a list ends in .csv, "
                    + $".tsv or .jsonl."
                : $"FOLDER '{input}' does not exist.",
            .. _writing.Refusals(parsed),
            File.Exists(outputDir) ? $"--output-dir '{outputDir}' is a file; name a folder." : null,
            File.Exists(reportDir) ? $"--report-dir '{reportDir}' is a file; name a folder." : null,
            input is not null && OutputFiles.Real(outputDir) == OutputFiles.Real(input)
                ? $"--output-dir '{outputDir}' is the folder of the originals, which would be overwritten; name another." : null,
            BatchNames.Refusal(parsed.GetValue(_names)),
            .. _views.Refusals(parsed),
            QueueArguments.Refusal(_queue.Connection(parsed)),
            _queue.Connection(parsed) is not null && _views.IsGiven(parsed)
                ? "--page and --sheet can't be combined with --queue; give them without it when the shares are done." : null,
            _queue.Connection(parsed) is not null && (sequence || shard is not null)
                ? $"--queue can't be combined with {(sequence ? "--sequence: each frame needs the one before"
                    : "--shard: it makes the shares itself")}." : null,
            parsed.GetValue(_shareSize) < 0 ? $"--share-size is {parsed.GetValue(_shareSize)}; it must be 0 or more." : null,
            sequence && shard is not null ? "--sequence can't be combined with --shard: each frame needs the one before." : null,
            parsed.GetValue(_sideBySide) is < 0 or > 1024 ? $"--side-by-side is {parsed.GetValue(_sideBySide)}; it must be 0 to 1024."
                : null,
            sequence && parsed.GetValue(_sideBySide) > 1 ? "--sequence can't be combined with --side-by-side: each frame needs the one "
                + "before."
                : null,
            .. _fast.Refusals(parsed),
            .. fast ? [] : _transfer.Refusals(parsed, o => _masks.ApplyTo(o, parsed)),
            .. fast ? [] : _masks.Refusals(parsed, _transfer.StyleArguments, null, _transfer.Reading(parsed)),
        ]);
    }

    private int Make(ParseResult parsed, string outputDir, string planFile, BatchShard? shard, BatchSource source,
        CancellationToken cancellation)
    {
        bool fast = _fast.IsGiven(parsed), sequence = parsed.GetValue(_sequence);
        BatchNames names = new(parsed.GetValue(_names), fast ? _fast.Name(parsed) : string.Join('+', _transfer.StyleArguments.Names(parsed)
            .Select(n => Path.GetFileNameWithoutExtension(n))));
        BatchItem[] items = [.. source.Rows.Select((r, i) => new BatchItem(r.Path, names.Of(r, i), r.Styles, r.Strength, r.Mask))];
        UsageException.ThrowIfAny(BatchNames.Collisions(items));
        if (fast && items.FirstOrDefault(i => i.Styles is not null || i.Strength is not null || i.Mask is not null) is { } own)
            throw new UsageException([$"'{own.Path}' has a style, strength or mask of its own in the list, which has no meaning beside "
                + $"--fast."]);
        StyleTransferOptions options = _transfer.ToOptions(parsed);
        if (!fast) _masks.ApplyTo(options, parsed);
        NamedFile[] inputs = RefuseLost(parsed, outputDir, source.Root, items, fast ? [] : items.Select(i => FilesOf(parsed, source.Root,
            i)));
        Dictionary<string, string> settings = fast
            ? BatchSettings.Of(_fast.File(parsed), _fast.ToOptions(parsed, 0), _transfer.Reading(parsed))
            : BatchSettings.Of(options, [.. _masks.Styles(parsed, _transfer.StyleArguments),
                .. items.SelectMany(i => i.Styles ?? []).Distinct().Select(s => new StyleImage(s))]);
        BatchSettings.Add(settings, _writing.ToOptions(parsed, ""), sequence);
        Directory.CreateDirectory(outputDir);
        bool anyFile = parsed.GetValue(_skipExisting);
        BatchPlan now = new(settings, items);
        BatchState state = new(outputDir, now.Fingerprint);
        UsageException.ThrowIfAny([
            .. _views.IsGiven(parsed) ? OutputFiles.Refusals(_views.Files(parsed),
                [.. inputs, .. items.Select(i => new NamedFile(state.OutputOf(i), "the result")), new(planFile, "the plan")],
                _writing.Keeps(parsed)) : [],
            .. _writing.Keeps(parsed)
                ? items.Where(i => File.Exists(state.OutputOf(i)) && state.Of(i, anyFile, out _, out _) != BatchStanding.Done)
                    .Take(MostRefusals).Select(i => $"the result '{state.OutputOf(i)}' exists already, and --no-clobber keeps it; name "
                        + "another --output-dir.") : [],
        ]);
        BatchPlan plan = Plan(parsed, planFile, shard, now, sequence);
        BatchItem[] mine = [.. plan.Items.Where((_, i) => shard?.Has(i) != false)];
        state.RemoveLeftovers(mine);
        Tally tally = new(state, mine, anyFile, parsed.GetValue(_retry), note: true);
        foreach ((BatchItem item, string reason) in tally.Failed.Take(MostNamed)) Terminal.Note($"failed before: '{item.Path}': {reason}");
        if (tally.Left.Count == 0)
        {
            Terminal.Note($"Nothing to do: every one of {mine.Length} pictures has a result in '{outputDir}' already, or failed before.");
            Summary.Print([], 0, tally.Done.Count, 0, tally.Failed.Count);
            Show(TransferDisplay.Create());
            return tally.Failed.Count == 0 || parsed.GetValue(_skipUnreadable) ? 0 : SomeFailed;
        }
        if (parsed.GetValue(_report) is { } reportDir) Directory.CreateDirectory(reportDir);
        if (_queue.Connection(parsed) is { } connection) return Enqueue(parsed, connection, outputDir, planFile, plan, tally);
        if (!fast) _transfer.SayNetwork(parsed);
        int workers = fast || sequence ? 1 : Math.Min(tally.Left.Count, Workers(parsed, options));
        if (workers > 1) options.Compute.Threads = 1;
        TransferDisplay display = TransferDisplay.Create();
        BatchWatch watch = new(display, message => PropertyNames.AsOptions(message, parsed.CommandResult.Command));
        string PathOf(BatchItem item) => Checked(Path.Combine(source.Root, item.Path), state.OutputOf(item));
        using IBatchPainter painter = fast
            ? new FastPainter(_fast.File(parsed), _fast.ToOptions(parsed, _transfer.Threads(parsed)), _transfer.Reading(parsed), PathOf)
            : new StylePainter(item => Settings(parsed, options, item), item =>
            {
                PathOf(item);
                return FilesOf(parsed, source.Root, item);
            }, parsed.GetValue(_report) is { } reports ? (item, output, row) => Report(parsed, options,
                FilesOf(parsed, source.Root, item), reports, item, output, row)
                : null, sequence ? new BatchSequence(mine, state, new SequenceStore(BatchState.SequenceOf(outputDir), plan.Fingerprint))
                    : null);
        BatchRun run = new(state, painter, item => _writing.ToOptions(parsed, Path.Combine(source.Root, item.Path)), workers, watch);
        bool interrupted = display.Run(() =>
        {
            display.Picture(fast ? "reading the network" : "measuring the style", 0, tally.Left.Count);
            try
            {
                if (tally.Left.DistinctBy(l => l.Item.Group).Count() == 1) painter.Prepare(tally.Left[0].Item, cancellation);
                run.Execute(tally.Left, sequence, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Nothing was begun.
            }
            return cancellation.IsCancellationRequested;
        });
        foreach (string cut in watch.CutShort.Take(MostRefusals))
            Terminal.Note($"'{cut}' was not finished and not written; the same command makes it.");
        int failed = tally.Failed.Count + run.Failed, left = tally.Left.Count - run.Done - run.Failed;
        Summary.Print(watch.Lines, run.Done, tally.Done.Count, run.Failed + left, failed);
        Show(display);
        if (failed > 0) Terminal.Note($"Why each failed is in '{Path.Combine(outputDir, "failed")}'; --retry-failed tries again.");
        return left > 0 && interrupted ? RunAgain : failed > 0 && !parsed.GetValue(_skipUnreadable) ? SomeFailed : 0;

        void Show(TransferDisplay shown)
        {
            if (!_views.IsGiven(parsed)) return;
            IEnumerable<string> styles = fast ? [] : _transfer.StyleArguments.Names(parsed).Concat(mine.SelectMany(i => i.Styles ?? []))
                .Distinct();
            Tally ended = new(state, mine, anyFile, retry: false);
            _views.Write(parsed, source.Root, state, ended.Done, ended.Failed, ended.Left.Count, styles, shown);
        }
    }

    private int Enqueue(ParseResult parsed, string connection, string outputDir, string planFile, BatchPlan plan, Tally tally)
    {
        Command command = parsed.CommandResult.Command;
        string[] given = [.. parsed.Tokens.Select(t => t.Value).SkipWhile(t => t != command.Name).Skip(1)];
        string[] arguments = [.. Arguments.Parts(command, given).Where(p => p.Option is null || !s_onceOnly.Contains(p.Option.Name))
            .SelectMany(p => p.Tokens)];
        int size = parsed.GetValue(_shareSize) is > 0 and int own ? own
            : Math.Clamp((plan.Items.Count + LeastShares - 1) / LeastShares, LeastInShare, MostInShare);
        HashSet<BatchItem> left = [.. tally.Left.Select(l => l.Item)];
        int[] lines = [.. plan.Items.Index().Where(i => left.Contains(i.Item)).Select(i => i.Index)];
        BatchQueue queue = BatchQueue.Open(connection, TimeSpan.FromMinutes(1));
        (int added, int waiting, int shares) = queue.Enqueue(
            BatchSettings.Short($"{OutputFiles.Real(outputDir)}\0{OutputFiles.Real(planFile)}\0{plan.Fingerprint}"),
            Environment.CurrentDirectory, arguments, (plan.Items.Count + size - 1) / size,
            (share, count) => lines.Any(line => line % count == share));
        string already = waiting > 0 ? $", {waiting} wait or run there already" : "";
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{lines.Length} pictures left: {added} of {shares} shares put into "
            + $"'{BatchQueue.Named(connection)}'{already}. 'mlnetstyle worker' makes them; 'mlnetstyle batch --output-dir {outputDir} "
            + $"--status' tells how far they are."));
        return 0;
    }

    // The plan that is followed: the one that is there, or one that is written now.
    private BatchPlan Plan(ParseResult parsed, string file, BatchShard? shard, BatchPlan now, bool ordered)
    {
        if (!File.Exists(file) || parsed.GetValue(_replan)) return now.Save(file, parsed.GetValue(_replan));
        BatchPlan there = BatchPlan.Load(file);
        string[] changes = [.. there.Changes(now.Settings)];
        if (changes.Length > 0) throw new UsageException([
            $"The plan '{file}' was made with other settings: "
                + $"{PropertyNames.AsOptions(string.Join("; ", changes), parsed.CommandResult.Command)}. "
                + "Go on with those, name another --output-dir or --plan, or give --replan to make every picture with the new ones."]);
        if (parsed.GetValue(_plan) is not null || shard is not null) return there;
        // Kept by ourselves: lines stay where they are, but for the frames of a film; what is new follows, what is gone goes.
        Dictionary<string, BatchItem> given = now.Items.ToDictionary(i => i.Output);
        BatchItem[] kept = [.. there.Items.Where(i => given.ContainsKey(i.Output)).Select(i => given[i.Output])];
        HashSet<string> known = [.. kept.Select(i => i.Output)];
        BatchItem[] merged = ordered ? [.. now.Items] : [.. kept, .. now.Items.Where(i => !known.Contains(i.Output))];
        bool same = merged.Length == there.Items.Count && merged.Zip(there.Items).All(p => p.First.Path == p.Second.Path
            && p.First.Group == p.Second.Group && p.First.Mask == p.Second.Mask);
        return same ? there : new BatchPlan(now.Settings, merged).Save(file, replace: true);
    }

    private int Status(ParseResult parsed, string outputDir, string planFile, BatchShard? shard)
    {
        if (!File.Exists(planFile)) throw new UsageException([$"There is no plan '{planFile}', so that there is nothing to tell. Name it "
            + $"with --plan."]);
        BatchPlan plan = BatchPlan.Load(planFile);
        Tally tally = new(new BatchState(outputDir, plan.Fingerprint), [.. plan.Items.Where((_, i) => shard?.Has(i) != false)],
            parsed.GetValue(_skipExisting), retry: false);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{tally.Done.Count} done, {tally.Failed.Count} failed, {tally.Left.Count} left"));
        foreach ((BatchItem item, string reason) in tally.Failed.Take(MostNamed)) Console.Out.WriteLine(Terminal.Plain($"failed: "
            + $"'{item.Path}': {reason}"));
        return tally.Left.Count > 0 ? RunAgain : tally.Failed.Count > 0 ? SomeFailed : 0;
    }

    private ContentFiles FilesOf(ParseResult parsed, string root, BatchItem item)
    {
        string path = Path.Combine(root, item.Path);
        return item.Mask is { } mask ? new ContentFiles(path, [mask], null, null) : _masks.Files(parsed, path);
    }

    private PaintSettings Settings(ParseResult parsed, StyleTransferOptions common, BatchItem item)
    {
        StyleTransferOptions options = (StyleTransferOptions)common.Clone();
        if (item.Strength is { } strength) options.SetStrength(strength);
        if (item.Mask is not null) (options.ContentMaskColumns, options.ContentWeightColumn, options.PaintMaskColumn) =
            ([TransferRow.NameOf(0)], null, null);
        IReadOnlyList<StyleImage> styles = item.Styles is null ? _masks.Styles(parsed, _transfer.StyleArguments)
            : [.. item.Styles.Select(s => new StyleImage(s))];
        if (item.Mask is not null) styles = [.. styles.Select((s, i) => new StyleImage(s.Path!) { Region = RegionMasks.OrderName(i) })];
        return new PaintSettings(options, styles);
    }

    private void Report(ParseResult parsed, StyleTransferOptions options, ContentFiles files, string folder, BatchItem item, string output,
        StyleTransferRow row)
    {
        string path = Path.Combine(folder, item.Output + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        RunRecord record = new(parsed, _transfer.PresetName(parsed), Settings(parsed, options, item).Styles);
        StylizationReport.Save(path, row.Network, row.Options, row.Result, json => record.Write(json, files, output));
    }

    private int Workers(ParseResult parsed, StyleTransferOptions options)
    {
        if (parsed.GetValue(_sideBySide) is > 0 and int given) return given;
        bool small = options.Size is > 0 and <= SmallSide && options.Compute is
        {
            GpuDeviceId: null, Engine: not EngineKind.Onnx,
            Threads: 0
        };
        return small ? Math.Min(Environment.ProcessorCount, 16) : 1;
    }

    // No result takes the place of anything that is read; gives what is read.
    private NamedFile[] RefuseLost(ParseResult parsed, string outputDir, string root, BatchItem[] items, IEnumerable<ContentFiles> files)
    {
        string real = OutputFiles.Real(outputDir) + Path.DirectorySeparatorChar;
        HashSet<string> outputs = [.. items.Select(i => Path.GetFullPath(Path.Combine(real, i.Output)))];
        Dictionary<string, string> folders = [];
        NamedFile[] inputs = [.. items.Select(i => new NamedFile(Path.Combine(root, i.Path), "the picture"))
            .Concat(_fast.IsGiven(parsed) ? [] : _transfer.Inputs(parsed))
            .Concat(items.SelectMany(i => i.Styles ?? []).Distinct().Select(s => new NamedFile(s, "the style")))
            .Concat(files.SelectMany(f => _masks.Inputs(parsed, f)).DistinctBy(f => f.Path))];
        List<string> refusals = [];
        foreach (NamedFile input in inputs)
        {
            if (outputs.Contains(RealOf(input.Path))) refusals.Add($"{input.What} '{input.Path}' is the same file as a result, and would "
                + $"be "
                + "lost; name another --output-dir.");
            if (refusals.Count == MostRefusals) break;
        }
        UsageException.ThrowIfAny(refusals);
        return inputs;

        string RealOf(string file)
        {
            string full = Path.GetFullPath(file), folder = Path.GetDirectoryName(full) ?? "";
            if (!folders.TryGetValue(folder, out string? known)) folders[folder] = known = OutputFiles.Real(folder);
            return new FileInfo(full).LinkTarget is null ? Path.Combine(known, Path.GetFileName(full)) : OutputFiles.Real(full);
        }
    }

    private static string Checked(string path, string output)
    {
        if (OutputFiles.NameRefusal(output) is { } name) throw new InvalidDataException(name);
        if (File.Exists(path) && !WholeFile.IsRegular(path)) throw new InvalidDataException($"'{path}' is a pipe or a device, no file.");
        return path;
    }

    private static void SayLeftOut(IReadOnlyList<string> others)
    {
        if (others.Count > 0)
            Terminal.Note($"Left out, no pictures by their names: {string.Join(", ", others.Take(MostRefusals))}"
                + $"{(others.Count > MostRefusals ? $" and {others.Count - MostRefusals} more" : "")}.");
    }

    /// <summary>How the pictures of a plan stand.</summary>
    private sealed class Tally
    {
        public Tally(BatchState state, IEnumerable<BatchItem> items, bool anyFile, bool retry, bool note = false)
        {
            List<(BatchItem Item, int Attempts)> left = [];
            foreach (BatchItem item in items)
            {
                BatchStanding standing = state.Of(item, anyFile, out int attempts, out string reason);
                if (standing == BatchStanding.Failed && retry)
                {
                    state.Forget(item);
                    (standing, attempts) = (BatchStanding.Left, 0);
                }
                if (standing == BatchStanding.Done) Done.Add(item);
                else if (standing == BatchStanding.Failed) Failed.Add((item, reason));
                else left.Add((item, attempts));
                if (note && standing == BatchStanding.Failed && attempts > 0) state.Fail(item, reason);
            }
            Left = left;
        }

        public List<BatchItem> Done { get; } = [];

        public List<(BatchItem Item, string Reason)> Failed { get; } = [];

        public IReadOnlyList<(BatchItem Item, int Attempts)> Left { get; }
    }
}
