using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle train PHOTOS --style STYLE... --output styles.onnx: a network of fast styles.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Argument<string> photographs = new("PHOTOS")
        {
            Description = "The folder of photographs to learn on, its subfolders included: "
            + "some hundreds of everyday scenes"
        };
        Option<string[]> style = new("--style",
            "-s")
        {
            Description = "A style picture; several times for several styles in one network. Its name is the file's, or what "
            + "follows '='",
            Required = true,
            HelpName = "FILE[=NAME]"
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "Where the network goes: an .onnx file",
            Required = true,
            HelpName = "FILE.onnx"
        };
        Option<string> start = new("--base")
        {
            Description = "A network of fast styles to add these styles to, which keeps its own as "
            + "they are; none to train from the start",
            DefaultValueFactory = _ => "none",
            HelpName = "FILE|none"
        };
        Option<bool> retrain = new("--retrain")
        {
            Description = "With --base: train all of the network; its styles that are named again go on from where they are, its others "
                + "are left out",
        };
        Option<FastStyleSize> size = new("--size")
        {
            Description = "The size of a new network: small, medium or large. With --base and --retrain, large makes a medium network "
                + "large, which begins by painting as before",
            DefaultValueFactory = _ => FastStyleSize.Medium
        };
        Option<int> iterations = Numbers.Only(new Option<int>("--iterations", "-n")
        {
            Description = "Steps to train",
            DefaultValueFactory = _ =>
            new FastStyleTrainingOptions().Iterations,
            HelpName = "N"
        });
        Option<double> minutes = Numbers.Only(new Option<double>("--minutes")
        {
            Description = "The longest time to train; 0 for no limit",
            HelpName = "N",
        });
        Option<int> batchSize = Numbers.Only(new Option<int>("--batch-size")
        {
            Description = "Photographs a step",
            DefaultValueFactory = _ =>
            new FastStyleTrainingOptions().BatchSize,
            HelpName = "N"
        });
        Option<int> imageSize = Numbers.Only(new Option<int>("--image-size")
        {
            Description = "The side of the crops, in pixels: a multiple of 4, of 8 for a large network",
            DefaultValueFactory = _ =>
            new FastStyleTrainingOptions().ImageSize,
            HelpName = "N"
        });
        Option<int> styleSize = Numbers.Only(new Option<int>("--style-size")
        {
            Description = "The longer side at which styles are measured, in pixels: the scale "
            + "of their strokes",
            DefaultValueFactory = _ => new FastStyleTrainingOptions().StyleSize,
            HelpName = "N"
        });
        Option<double> learningRate = Numbers.Only(new Option<double>("--learning-rate")
        {
            Description = "The learning rate after the first steps, falling to nearly 0; take 0.004 with --retrain",
            DefaultValueFactory = _ =>
            new FastStyleTrainingOptions().LearningRate,
            HelpName = "X"
        });
        Option<double> styleWeight = Numbers.Only(new Option<double>("--style-weight")
        {
            Description = "How much style counts beside content",
            DefaultValueFactory = _ => new FastStyleTrainingOptions().StyleWeight,
            HelpName = "X"
        });
        Option<double> contentWeight = Numbers.Only(new Option<double>("--content-weight")
        {
            Description = "How much content counts",
            DefaultValueFactory = _ =>
            new FastStyleTrainingOptions().ContentWeight,
            HelpName = "X"
        });
        Option<LayerWeight[]> contentLayers = new("--content-layers")
        {
            Description = "Layers that content is compared at, each with a weight if wanted; shallower ones keep more of the photograph: "
                + "relu3_1,relu4_2",
            CustomParser = result => Parse(result, texts => (LayerWeight[])[.. string.Join(',', texts)
                .Split(',', StringSplitOptions.TrimEntries).Select(LayerWeight.Parse)], []),
            DefaultValueFactory = _ => [.. new FastStyleTrainingOptions().ContentLayers],
            HelpName = "LAYER[:WEIGHT],...",
        };
        Option<string> network = new("--network")
        {
            Description = "The feature network of the losses: a known name or a file",
            DefaultValueFactory = _ => new FastStyleTrainingOptions().LossNetwork,
            HelpName = "NAME|FILE"
        };
        Option<string?> workspace = new("--workspace")
        {
            Description = "The folder of checkpoints; default: the output's name with "
            + "'.training' after it",
            HelpName = "DIR"
        };
        Option<bool> resume = new("--resume") { Description = "Go on from the workspace's checkpoint" };
        Option<int> previewEvery = Numbers.Only(new Option<int>("--preview-every")
        {
            Description = "Write a sheet of previews beside the output every N steps",
            DefaultValueFactory = _ => 250,
            HelpName = "N"
        });
        Option<int> seed = Numbers.Only(new Option<int>("--seed")
        {
            Description = "What crops and first numbers are drawn from",
            HelpName = "N",
        });
        Option<int> threads = Numbers.Only(new Option<int>("--threads") { Description = "Threads; 0 takes every core", HelpName = "N" });
        Option<string> device = new("--device")
        {
            Description = "Where the losses are computed: cpu, cuda or cuda:N. The network itself is trained on the CPU: with a GPU, make "
                + "--batch-size at least the number of cores",
            DefaultValueFactory = _ => "cpu",
            HelpName = "cpu|cuda[:N]",
        };
        device.Validators.Add(result => Parse(result, texts => texts.Select(TransferArguments.GpuOf).ToArray(), []));
        Option<int> validate = Numbers.Only(new Option<int>("--validation")
        {
            Description = "Keep every Nth photograph to judge on; 0 keeps none",
            DefaultValueFactory = _ => 20,
            HelpName = "N"
        });
        Option<int> early = Numbers.Only(new Option<int>("--early-stopping")
        {
            Description = "End when the loss has not fallen for N checkpoints; 0 never does",
            HelpName = "N"
        });
        Command command = new TeachingCommand("train", "Trains a network that paints a picture in one pass, in one style or in any of several.", """
            Examples:
              mlnetstyle train photographs --style painting.jpg --output styles.onnx --minutes 60
              mlnetstyle train photographs --style a.jpg --style b.jpg=waves --output styles.onnx --iterations 20000
              mlnetstyle train photographs --style a.jpg --base fast-styles.onnx --output mine.onnx --minutes 20
              mlnetstyle train photographs --style painting.jpg --output styles.onnx --minutes 60 --resume

            Ctrl-C ends the training and writes the network as far as it got; --resume goes on from there another time. The exit code is then 130.
            """)
        { photographs, style, output, start, retrain, size, iterations, minutes, batchSize, imageSize, styleSize, learningRate,
            styleWeight, contentWeight, contentLayers, network, workspace, resume, previewEvery, seed, threads, device, validate, early };
        command.SetAction((parsed, cancellation) =>
        {
            string target = parsed.GetRequiredValue(output);
            FastStyleTrainingOptions options = new()
            {
                Size = parsed.GetValue(size),
                KeepInitialStyles = !parsed.GetValue(retrain),
                Iterations = parsed.GetValue(iterations),
                Minutes = parsed.GetValue(minutes),
                BatchSize = parsed.GetValue(batchSize),
                ImageSize = parsed.GetValue(imageSize),
                StyleSize = parsed.GetValue(styleSize),
                LearningRate = parsed.GetValue(learningRate),
                StyleWeight = parsed.GetValue(styleWeight),
                ContentWeight = parsed.GetValue(contentWeight),
                ContentLayers = parsed.GetValue(contentLayers)!,
                LossNetwork = parsed.GetValue(network)!,
                WorkspacePath = parsed.GetValue(workspace) ?? target + ".training",
                PreviewEvery = parsed.GetValue(previewEvery),
                EarlyStopping = parsed.GetValue(early),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                GpuDeviceId = TransferArguments.GpuOf(parsed.GetRequiredValue(device)),
                Cancellation = cancellation,
            };
            return Task.FromResult(Run(
                parsed.GetRequiredValue(photographs), parsed.GetRequiredValue(style), target, parsed.GetValue(start)!, options,
                    parsed.GetValue(resume), parsed.GetValue(validate)));
        });
        return command;
    }

    private static int Run(string folder, string[] styles, string output, string start, FastStyleTrainingOptions options, bool resume,
        int validate)
    {
        (string Path, string Name)[] named = [.. styles.Select(Split)];
        string workspace = Path.GetFullPath(options.WorkspacePath!);
        bool begun = Directory.Exists(workspace) && Directory.EnumerateFiles(workspace, "checkpoint.*").Any();
        UsageException.ThrowIfAny([
            Directory.Exists(folder) ? null
                : $"PHOTOS '{folder}' is no folder. Give one with some hundreds of photographs of everyday scenes, a few hundred pixels "
                + $"or more each.",
            .. named.Select(s => ImageFiles.Refusal(s.Path, "--style")),
            named.GroupBy(s => s.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice
                ? $"Two styles are named '{twice.Key}'; name one of them otherwise: --style FILE=NAME." : null,
            OutputRefusal(output),
            start != "none" && !File.Exists(start) ? $"--base '{start}' does not exist; give a network of fast styles, or none." : null,
            start == "none" && !options.KeepInitialStyles ? "--retrain has a meaning beside --base only." : null,
            validate is < 0 or 1 ? $"--validation is {validate}; give 0 for none, or 2 or more to keep every second, third, ... "
                + $"photograph." : null,
            begun && !resume ? $"--workspace '{options.WorkspacePath}' holds a training already. Add --resume to go on with it, or name "
                + $"another folder." : null,
            Refusal(options.Validate),
        ]);
        string[] files = [.. Directory.EnumerateFiles(folder, "*",
            SearchOption.AllDirectories).Where(PictureFile.IsPicture).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new ArgumentException($"PHOTOS '{folder}' has no .png, .jpg or .jpeg file. Give a folder with some "
            + $"hundreds of photographs.");
        bool judges = validate > 0 && files.Length >= validate;
        string[] learned = judges ? [.. files.Where((_, i) => i % validate != validate - 1)] : files, judged = judges
            ? [.. files.Where((_, i) => i % validate == validate - 1)] : [];
        using FastStyleNetwork? initial = start == "none" ? null : FastStyleNetwork.Load(start);
        UsageException.ThrowIfAny([Refusal(() => options.Shape(initial?.Trainable()))]);
        Dictionary<string, StyleSource> pictures = named.ToDictionary(s => s.Name, s => new StyleSource(PictureFile.Read(s.Path)));
        string sheet = Path.ChangeExtension(output, ".preview.png");
        Terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"{learned.Length} photographs to learn on, {judged.Length} to judge on; {pictures.Count} styles; losses in "
            + $"{options.LossNetwork}; checkpoints in {options.WorkspacePath}"));
        FastStyleProgress? last = null;
        TrainingDisplay display = TrainingDisplay.Create();
        options.MetricsCallback = progress => display.Show(last = progress);
        options.PreviewCallback = (picture, _) => PictureFile.Save(picture, sheet);
        using FastStyleNetwork network = display.Run(() =>
            FastStyleNetwork.Train(pictures, [.. learned.Select(Reader)], options, judges ? [.. judged.Select(Reader)] : null, initial));
        network.Save(output);
        string steps = last is null ? ""
            : string.Create(CultureInfo.InvariantCulture,
            $" after {last.Iteration} steps and {last.Seconds / 60:0.0} minutes, loss {last.Loss:0.000}");
        Console.Out.WriteLine($"{output}: {string.Join(", ", network.Styles)}{steps}");
        return options.Cancellation.IsCancellationRequested ? CommandRunner.Interrupted : 0;

        static Func<PlanarImage> Reader(string path) => () => PictureFile.Read(path);
    }

    private static string? OutputRefusal(string output)
    {
        if (Path.GetExtension(output) != ".onnx") return $"--output '{output}' ends in '{Path.GetExtension(output)}'; networks are "
            + $"written as .onnx.";
        if (Directory.Exists(output)) return $"--output '{output}' is a folder; name a file.";
        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        return Directory.Exists(folder) ? null : $"--output '{output}': the folder '{folder}' does not exist; make it first.";
    }

    private static string? Refusal(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    private static T Parse<T>(SymbolResult result, Func<IEnumerable<string>, T> parse, T none)
    {
        try
        {
            return parse(result.Tokens.Select(t => t.Value));
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return none;
        }
    }

    // A file whose own name has an equals sign in it is taken as it stands.
    private static (string Path, string Name) Split(string text)
    {
        int equals = text.LastIndexOf('=');
        return equals < 0 || File.Exists(text) ? (text, Path.GetFileNameWithoutExtension(text))
            : (text[..equals], text[(equals + 1)..].Trim());
    }
}
