using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options that stylize and batch share, and what they mean.</summary>
internal sealed class TransferArguments
{
    private static readonly Dictionary<string, (PreserveColorMode Mode, LuminanceSpace Space, ColorMatching Matching)> s_colors = new()
    {
        ["none"] = (PreserveColorMode.None, LuminanceSpace.Yiq, ColorMatching.SquareRoot),
        ["luminance"] = (PreserveColorMode.Luminance, LuminanceSpace.Yiq, ColorMatching.SquareRoot),
        ["luminance-lab"] = (PreserveColorMode.Luminance, LuminanceSpace.Lab, ColorMatching.SquareRoot),
        ["histogram"] = (PreserveColorMode.Histogram, LuminanceSpace.Yiq, ColorMatching.SquareRoot),
        ["histogram-cholesky"] = (PreserveColorMode.Histogram, LuminanceSpace.Yiq, ColorMatching.Cholesky),
        ["histogram-after"] = (PreserveColorMode.HistogramAfter, LuminanceSpace.Yiq, ColorMatching.SquareRoot),
        ["histogram-after-cholesky"] = (PreserveColorMode.HistogramAfter, LuminanceSpace.Yiq, ColorMatching.Cholesky),
    };

    private static readonly Dictionary<string, SimdPath?> s_registers = new()
    {
        ["auto"] = null,
        ["512"] = SimdPath.Vector512,
        ["256"] = SimdPath.Vector256,
        ["128"] = SimdPath.Vector128,
        ["scalar"] = SimdPath.Scalar,
    };

    private static readonly Dictionary<string, bool> s_filters = new() { ["keep"] = true, ["use"] = false };

    private readonly StyleArguments _styles = new();
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Start from the settings of an article or a tool; options given beside it override them: "
            + string.Join("; ", StyleTransferPreset.All.Select(p => $"{p.Name} ({p.Description})")),
        HelpName = "NAME",
    };
    private readonly Option<string> _init = new("--init")
    {
        Description = "Start from the content, from noise, or from a picture file",
        DefaultValueFactory = _ => "content",
        HelpName = "content|noise|FILE",
    };
    private readonly Option<long> _maxPixels = Numbers.Only(new Option<long>("--max-pixels")
    {
        Description = "Most pixels, width times height, that a picture may have; one with more is refused before memory is taken for it",
        DefaultValueFactory = _ => PictureReadOptions.DefaultMaxPixels,
        HelpName = "N",
    });
    private readonly Option<bool> _acceptTruncated = new("--accept-truncated")
    {
        Description = "Take picture files that are cut short, "
        + "with what is missing black or grey"
    };
    private readonly Option<double> _strength = Numbers.Only(new Option<double>("--strength")
    {
        Description = "How far from the photograph (0) to the style (100): sets the weights of content, style and neighbours, and how "
            + "far colours go; options for one of these override it. With --fast how strong the strokes are, 100 unless given",
        DefaultValueFactory = _ => StylizationOptions.DefaultStrength,
        HelpName = "X",
    });
    private readonly Flag[] _flags;
    private readonly Flag _network;
    private readonly Flag _iterations;
    private readonly Flag _stageIterations;
    private readonly Flag _threads;

    public TransferArguments()
    {
        _network = Flag.Text(HelpGroups.Quality, "--network", o => o.Network, v => v, v => v,
            "The network that compares pictures: compact is fast and strays from the style's large shapes; vgg19 follows them and takes "
                + "eight times as long; "
            + "relay paints with compact and finishes with vgg19, near to its pictures in about half of its time; or a .safetensors or "
                + ".onnx file",
            "NAME|FILE");
        _iterations = Flag.Number(HelpGroups.Quality, "--iterations", o => o.Iterations,
            "Optimiser steps in total; 100 is enough for a preview", "N");
        _stageIterations = Flag.List(HelpGroups.Quality, "--stage-iterations", o => o.StageIterations,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) ? steps
                : throw new FormatException($"--stage-iterations has '{text}', which is no whole number; write them as 100,60,40."),
            "Optimiser steps at each size, coarsest first, in the place of --iterations; the last number is for all sizes left", "N,...");
        _threads = Flag.Number(HelpGroups.Machine, "--threads", o => o.Compute.Threads, "Threads of the CPU; 0 takes every core", "N");
        _flags =
        [
            Flag.Number(HelpGroups.Picture, "--size", o => o.Size,
                "Longer side of the result in pixels (16 to 4096); 0 keeps the content's own size", "N"),
            new(HelpGroups.Picture, _init, [nameof(StyleTransferOptions.Start), nameof(StyleTransferOptions.StartFile)],
                (parsed, o) => (o.Start, o.StartFile) = (StartOf(parsed.GetRequiredValue(_init)), InitialPicture(parsed))),
            Flag.Number(HelpGroups.Picture, "--seed", o => o.Seed,
                "Seed of the noise: the same seed gives the same picture on the same machine", "N"),
            new(HelpGroups.Style, _strength, [], (parsed, o) => o.SetStrength(parsed.GetRequiredValue(_strength))),
            Flag.Number(HelpGroups.Style, "--style-weight", o => o.StyleWeight, "Weight of the style against the content's", "X"),
            Flag.Number(HelpGroups.Style, "--content-weight", o => o.ContentWeight, "Weight of the content", "X"),
            Flag.Number(HelpGroups.Style, "--self-similarity", o => o.SelfSimilarity,
                "Share of the content's layout (how alike its places are to each other) in the content's losses, 0 to 1; the rest are its "
                    + "features", "X"),
            Flag.Number(HelpGroups.Style, "--neighbor-weight", o => o.NeighborWeight,
                "Weight of painting each place as the style's place most like it, which keeps objects; 0 leaves it out", "X"),
            Flag.List(HelpGroups.Style, "--neighbor-layers", o => o.NeighborLayers, LayerWeight.Parse,
                "Layers that places are compared at", "LAYER[:WEIGHT],..."),
            Flag.Switch(HelpGroups.Style, "--neighbor-rotations", o => o.NeighborRotations,
                "Compare with the style's places in four rotations: strokes may turn"),
            Flag.Number(HelpGroups.Style, "--style-scale", o => o.StyleScale,
                "Size of the style picture relative to the result; above 1 gives larger strokes", "X"),
            Flag.Number(HelpGroups.Style, "--stroke-size", o => o.StrokeSize,
                "Size of the strokes; above 1 is larger, below 1 smaller, and the grain of the paint stays", "X"),
            Flag.List(HelpGroups.Style, "--style-statistic", o => o.StyleTerms, StyleTerm.Parse,
                "Style statistics to match, each with a layer and a weight if wanted (gram:2,relu4_1=histogram): "
                + string.Join(", ", StyleTerm.StatisticNames), "[LAYER=]NAME[:WEIGHT],..."),
            Flag.List(HelpGroups.Style, "--style-layers", o => o.StyleLayers, LayerWeight.Parse,
                "Layers that the style is compared at, each with a weight if wanted: relu1_1:2,relu2_1", "LAYER[:WEIGHT],..."),
            Flag.List(HelpGroups.Style, "--content-layers", o => o.ContentLayers, LayerWeight.Parse,
                "Layers that the content is compared at", "LAYER[:WEIGHT],..."),
            _iterations,
            _stageIterations,
            _network,
            Flag.Choice(HelpGroups.Quality, "--pooling", o => o.Pooling, "Pooling of the network; average gives smoother pictures"),
            Flag.Choice(HelpGroups.Quality, "--optimizer", o => o.Optimizer, "lbfgs needs fewer steps; adam needs less memory"),
            Flag.Number(HelpGroups.Quality, "--learning-rate", o => o.LearningRate,
                "Step in pixel levels of 0..255; 0 takes the optimiser's default", "X"),
            Flag.Switch(HelpGroups.Quality, "--average", o => o.AverageIterates,
                "Write the running average of the iterates instead of the best one, for adam"),
            Flag.Number(HelpGroups.Quality, "--tolerance", o => o.Tolerance,
                "Finish a size early when ten iterations lower the loss by less than this fraction; 0 never does", "X"),
            Flag.Number(HelpGroups.Quality, "--coarsest-size", o => o.CoarsestSize,
                "Smallest size of the coarse-to-fine pyramid in pixels; the size itself means no pyramid", "N"),
            Flag.Number(HelpGroups.Quality, "--tv-weight", o => o.TvWeight, "Weight of total variation, which smooths the picture", "X"),
            Flag.Choice(HelpGroups.Quality, "--tv-kind", o => o.TvKind,
                "Form of total variation: squares, half of that, their mean, absolute differences, or the squared gradient to the power "
                    + "1.25"),
            Flag.Choice(HelpGroups.Quality, "--normalization", o => o.Normalization,
                "relative: weights mean the same at every size and network; absolute: the losses as the papers write them"),
            Flag.Number(HelpGroups.Colour, "--recolor", o => o.Recolor,
                "How far the content's colours are brought to the style's before the run, 0 to 1, and the picture's held to their spread "
                    + "after it; without effect with --preserve-color", "X"),
            Flag.Choice(HelpGroups.Colour, "--preserve-color",
                [nameof(StylizationOptions.PreserveColor), nameof(StylizationOptions.LuminanceSpace), nameof(StylizationOptions.ColorMatching)],
                s_colors, "none", (o, v) => (o.PreserveColor, o.LuminanceSpace, o.ColorMatching) = v,
                "Keep the content's colours: its colour planes (luminance, in YIQ or CIE Lab), or match the style's colours to the "
                    + "content before the run "
                + "(histogram) or the picture's after it (histogram-after)"),
            Flag.Switch(HelpGroups.Colour, "--match-luminance", o => o.MatchLuminance,
                "With --preserve-color luminance or luminance-lab: give the style the content's brightness and contrast first"),
            Flag.Text(HelpGroups.Machine, "--device", o => o.Compute.GpuDeviceId, GpuOf, v => v is null ? "cpu" : $"cuda:{v}",
                "Where the network runs: cpu, cuda or cuda:N", "cpu|cuda[:N]"),
            Flag.Choice(HelpGroups.Machine, "--engine", o => o.Compute.Engine,
                "What computes: cpu, this program's own convolutions; onnx, ONNX Runtime, on the CPU or on CUDA; auto, the faster one"),
            _threads,
            Flag.Choice(HelpGroups.Machine, "--simd", [nameof(ComputeOptions.VectorPath)], s_registers, "auto", (o, v) =>
                o.Compute.VectorPath = v,
                "Vector registers of the cpu engine, in bits"),
            Flag.Choice(HelpGroups.Machine, "--filters", [nameof(ComputeOptions.KeepTransformedWeights)], s_filters, "keep",
                (o, v) => o.Compute.KeepTransformedWeights = v,
                "Keep transformed filters of the cpu engine in memory, or make them at each use: a few percent slower, 400 MB less with "
                    + "VGG-19"),
            new(HelpGroups.Files, _maxPixels, [nameof(PictureReadOptions.MaxPixels)],
                (parsed, o) => o.Reading = o.Reading with { MaxPixels = parsed.GetValue(_maxPixels) }),
            new(HelpGroups.Files, _acceptTruncated, [nameof(PictureReadOptions.AcceptTruncated)],
                (parsed, o) => o.Reading = o.Reading with { AcceptTruncated = parsed.GetValue(_acceptTruncated) }),
        ];
    }

    /// <summary>Adds every option to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in _styles.All) command.Options.Add(HelpGroups.Put(option, HelpGroups.Style));
        foreach (Flag flag in _flags) command.Options.Add(HelpGroups.Put(flag.Option, flag.Group));
        command.Options.Add(HelpGroups.Put(_preset, HelpGroups.Picture));
    }

    /// <summary>The threads that were asked for.</summary>
    public int Threads(ParseResult parsed)
    {
        StyleTransferOptions options = new();
        _threads.Apply(parsed, options);
        return options.Compute.Threads;
    }

    /// <summary>The options that name style pictures.</summary>
    public StyleArguments StyleArguments => _styles;

    /// <summary>The pictures of each style by itself.</summary>
    public IReadOnlyList<IReadOnlyList<StyleImage>> StyleGroups(ParseResult parsed) => _styles.Groups(parsed);

    /// <summary>What is wrong with the styles where the way goes from one to another, if anything.</summary>
    public string? TwoStylesRefusal(ParseResult parsed) => _styles.TwoStylesRefusal(parsed);

    /// <summary>What the styles are called in messages.</summary>
    public string StyleNames(ParseResult parsed) => string.Join(" and ", _styles.Names(parsed));

    /// <summary>How files are read to be checked: as asked for, if that is possible.</summary>
    public PictureReadOptions Reading(ParseResult parsed) => parsed.GetValue(_maxPixels) is >= 1 and <= PictureReadOptions.LargestMaxPixels
        ? new PictureReadOptions { MaxPixels = parsed.GetValue(_maxPixels), AcceptTruncated = parsed.GetValue(_acceptTruncated) }
        : PictureReadOptions.Default;

    // Null where the run starts from the content or from noise.
    private string? InitialPicture(ParseResult parsed) => StartOf(parsed.GetRequiredValue(_init)) == StartImage.Image
        ? parsed.GetRequiredValue(_init) : null;

    /// <summary>The options as the library takes them: the preset's, and over them every option that was given.</summary>
    public StyleTransferOptions ToOptions(ParseResult parsed)
    {
        StyleTransferOptions options = new();
        StyleTransferPreset? preset = PresetOf(parsed);
        if (preset is not null)
        {
            options.UsePreset(preset);
            options.Network = Available(preset);
        }
        // Defaults first, so that the strength overrides the weights' and is overridden by weights that are given.
        foreach (Flag flag in _flags.Where(f => preset is null && !f.IsGiven(parsed))) flag.Apply(parsed, options);
        foreach (Flag flag in _flags.Where(f => f.IsGiven(parsed))) flag.Apply(parsed, options);
        // Over all sizes together, whatever the preset has for each.
        if (_iterations.IsGiven(parsed) && !_stageIterations.IsGiven(parsed)) options.StageIterations = [];
        options.Compute.TrimMemory = true;
        return options;
    }

    /// <summary>Says once a run that a preset's network is not there.</summary>
    public void SayNetwork(ParseResult parsed)
    {
        if (_network.IsGiven(parsed)) return;
        if (PresetOf(parsed) is { } preset && preset.Network != ModelFiles.DefaultNetwork)
        {
            string used = Available(preset);
            if (used != preset.Network) Terminal.Note($"The preset {preset.Name} is made for the network '{preset.Network}', whose file "
                + $"is not there; using '{used}'.");
        }
    }

    /// <summary>The preset's name; null where none was asked for.</summary>
    public string? PresetName(ParseResult parsed) => PresetOf(parsed)?.Name;

    /// <summary>The files besides the content that a run reads, for what must not be overwritten; the arguments have been
    /// checked.</summary>
    public IEnumerable<NamedFile> Inputs(ParseResult parsed)
    {
        foreach (StyleImage style in _styles.Styles(parsed)) yield return new NamedFile(style.Path!, "--style");
        if (InitialPicture(parsed) is { } init) yield return new NamedFile(init, "--init");
        if (ModelFiles.Find(parsed.GetRequiredValue((Option<string>)_network.Option)) is { } network) yield return new NamedFile(network,
            "--network");
    }

    /// <summary>What is wrong with the values, if anything.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="more">Sets what other arguments say in the options; null for nothing.</param>
    public IEnumerable<string> Refusals(ParseResult parsed, Action<StyleTransferOptions>? more = null)
    {
        foreach (string refusal in _styles.Refusals(parsed)) yield return refusal;
        if (InitialPicture(parsed) is { } init && ImageFiles.Refusal(init, "--init") is { } initRefusal)
            yield return $"{initRefusal} --init takes content, noise or a picture file.";
        string? invalid = null;
        try
        {
            StyleTransferOptions options = ToOptions(parsed);
            more?.Invoke(options);
            options.Validate();
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            invalid = PropertyNames.AsOptions(e.Message, parsed.CommandResult.Command);
        }
        if (invalid is not null) yield return invalid;
    }

    // Null where none was asked for.
    private StyleTransferPreset? PresetOf(ParseResult parsed) => parsed.GetValue(_preset) is { } name ? StyleTransferPreset.Parse(name)
        : null;

    // The preset's network, or the nearest one whose file is there.
    private static string Available(StyleTransferPreset preset) =>
        ((string[])[preset.Network, "vgg19"]).FirstOrDefault(n => ModelFiles.Find(n) is not null) is { } found
            && preset.Network != ModelFiles.DefaultNetwork ? found : ModelFiles.DefaultNetwork;

    private static StartImage StartOf(string init) =>
        init switch { "content" => StartImage.Content, "noise" => StartImage.Noise, _ => StartImage.Image };

    /// <summary>The number of the GPU that --device names; null for the CPU.</summary>
    /// <exception cref="FormatException">It is no device; the message says what to write.</exception>
    internal static int? GpuOf(string device) => device.Trim().ToLowerInvariant() switch
    {
        "cpu" => null,
        "cuda" => 0,
        string named when named.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(named.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        _ => throw new FormatException($"--device '{device}' is no device: write cpu, cuda or cuda:N with the number of the GPU, from 0."),
    };
}
