using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options that stylize and batch share, and what they mean.</summary>
internal sealed class TransferArguments
{
    private static readonly StyleTransferOptions Defaults = new();
    private static readonly Dictionary<string, TotalVariationKind> s_tvKinds = new()
    {
        ["squared"] = TotalVariationKind.Squared,
        ["half-squared"] = TotalVariationKind.HalfSquared,
        ["mean-squared"] = TotalVariationKind.MeanSquared,
        ["absolute"] = TotalVariationKind.Absolute,
        ["power"] = TotalVariationKind.Power,
    };

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

    private readonly StyleArguments _styles = new();
    private readonly Option<string> _preset = new("--preset")
    {
        Description = $"A way of style transfer by name; every other option that is given overrides it: {string.Join("; ", StyleTransferPreset.All.Select(p => $"{p.Name}, {p.Description}"))}",
        HelpName = "NAME",
    };
    private readonly Option<int> _size = Number("--size", Defaults.Size, "The longer side of the result in pixels (16 to 4096); 0 keeps the content's own size", "N");
    private readonly Option<int> _iterations = Number("--iterations", Defaults.Iterations, "Steps of the optimiser, over all sizes of the pyramid together", "N");
    private readonly Option<string> _optimizer = Choice("--optimizer", "lbfgs", "lbfgs converges in fewer steps; adam is gentler with memory", "lbfgs", "adam");
    private readonly Option<string> _network = new("--network")
    {
        Description = "The feature network: a name that 'mlnetstyle networks' lists, or a .safetensors or .onnx file",
        DefaultValueFactory = _ => Defaults.Network,
        HelpName = "NAME|FILE",
    };
    private readonly Option<string> _pooling = Choice("--pooling", "max", "How the network pools; average gives smoother pictures", "max", "average");
    private readonly Option<double> _contentWeight = Real("--content-weight", Defaults.ContentWeight, "How much the content counts", "X");
    private readonly Option<double> _styleWeight = Real("--style-weight", Defaults.StyleWeight, "How much the style counts; 5 is subtle, 200 is strong", "X");
    private readonly Option<double> _neighborWeight = Real("--neighbor-weight", Defaults.NeighborWeight, "How much each place counts that is painted as the style's place most like it: keeps objects; 0 leaves it out", "X");
    private readonly Option<double> _strength = Real("--strength", StylizationOptions.DefaultStrength, "How far from the photograph to the style, 0 to 100: sets the weights of content, style and neighbours and how far colours go; options for one of these override it", "X");
    private readonly Option<double> _recolor = Real("--recolor", Defaults.Recolor, "How far the content's colours are brought to the style's before the run, 0 to 1; without effect with --preserve-color", "X");
    private readonly Option<double> _tvWeight = Real("--tv-weight", Defaults.TvWeight, "How much smoothness (total variation) counts", "X");
    private readonly Option<string> _tvKind = Choice("--tv-kind", "squared", "The form of total variation: of squares, half of that, their mean, absolute differences, or the power 1.25 of the squared gradient", [.. s_tvKinds.Keys]);
    private readonly Option<string[]> _styleStatistic = new("--style-statistic")
    {
        Description = $"What is compared of the style, each with a layer and a weight if wanted (gram:2,relu4_1=histogram): {string.Join(", ", StyleTerm.StatisticNames)}",
        DefaultValueFactory = _ => [string.Join(',', Defaults.StyleTerms)],
        HelpName = "[LAYER=]NAME[:WEIGHT],...",
    };
    private readonly Option<string[]> _contentLayers = Layers("--content-layers", "Layers that carry the content", Defaults.ContentLayers);
    private readonly Option<string[]> _styleLayers = Layers("--style-layers", "Layers that carry the style, each with a weight if wanted: relu1_1:2,relu2_1", Defaults.StyleLayers);
    private readonly Option<string[]> _neighborLayers = Layers("--neighbor-layers", "Layers at which places of picture and style are compared", Defaults.NeighborLayers);
    private readonly Option<bool> _neighborRotations = new("--neighbor-rotations") { Description = "Compare with the style's places in four rotations: strokes may turn" };
    private readonly Option<string> _normalization = Choice("--normalization", "relative", "relative: weights mean the same at every size and network; absolute: the plain losses of the papers", "relative", "absolute");
    private readonly Option<string> _init = new("--init")
    {
        Description = "What the run starts from: content, noise, or a picture file",
        DefaultValueFactory = _ => "content",
        HelpName = "content|noise|FILE",
    };
    private readonly Option<double> _styleScale = Real("--style-scale", Defaults.StyleScale, "The size of the style picture relative to the result; above 1 gives larger strokes", "X");
    private readonly Option<int> _coarsestSize = Number("--coarsest-size", Defaults.CoarsestSize, "The run starts at the first half, quarter, ... of the size whose longer side is not below this; as large as --size means one size only", "N");
    private readonly Option<double> _strokeSize = Real("--stroke-size", Defaults.StrokeSize, "How many times larger strokes are painted, at the coarse sizes and in the coarse layers; the grain stays as it is", "X");
    private readonly Option<string> _preserveColor = Choice("--preserve-color", "none",
        "Keep the content's colours: by its colour planes (of YIQ or CIE Lab), or by matching the mean and covariance of the style's colours before the run or of the picture's after it",
        [.. s_colors.Keys]);
    private readonly Option<bool> _matchLuminance = new("--match-luminance")
    {
        Description = "With --preserve-color luminance or luminance-lab: first give the style the content's brightness and contrast",
    };
    private readonly Option<double> _learningRate = Real("--learning-rate", Defaults.LearningRate, "The step in pixel levels of 0..255; 0 takes the optimiser's default", "X");
    private readonly Option<bool> _average = new("--average") { Description = "Write the running average of the iterates instead of the best one (useful with adam)" };
    private readonly Option<double> _tolerance = Real("--tolerance", Defaults.Tolerance, "Stop a size early when the loss fell by less than this fraction over ten iterations; 0 never", "X");
    private readonly Option<int> _seed = Number("--seed", Defaults.Seed, "What noise is drawn from: the same seed gives the same picture on the same machine", "N");
    private readonly Option<string> _device = new("--device")
    {
        Description = "Where the network runs: cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "cpu",
        HelpName = "cpu|cuda[:N]",
    };
    private readonly Option<string> _engine = Choice("--engine", "auto",
        "What computes: cpu, this program's own convolutions; onnx, ONNX Runtime, on the CPU or on CUDA; auto, the faster one", "auto", "cpu", "onnx");
    private readonly Option<string> _simd = Choice("--simd", "auto", "The vector registers of the cpu engine", "auto", "512", "256", "128", "scalar");
    private readonly Option<string> _filters = Choice("--filters", "keep",
        "Whether the cpu engine keeps transformed filters, or makes them at each use: a few percent slower, 400 MB less with VGG-19", "keep", "use");
    private readonly Option<int> _threads = Number("--threads", Defaults.Threads, "Threads of the CPU; 0 takes every core", "N");

    /// <summary>Adds every option to a command, in the order of the help text.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            .. _styles.All, _preset, _strength, _size, _iterations, _optimizer, _network, _pooling, _contentWeight, _styleWeight, _neighborWeight, _recolor, _tvWeight, _tvKind, _contentLayers, _styleLayers,
            _neighborLayers, _neighborRotations, _styleStatistic,
            _normalization, _init, _styleScale, _strokeSize, _coarsestSize, _preserveColor, _matchLuminance, _learningRate, _average, _tolerance, _seed, _device, _engine, _simd, _filters, _threads,
        ];
        foreach (Option option in all) command.Options.Add(option);
    }

    /// <summary>The options that name style pictures.</summary>
    public StyleArguments StyleArguments => _styles;

    /// <summary>The pictures of each style by itself.</summary>
    public IReadOnlyList<IReadOnlyList<StyleImage>> StyleGroups(ParseResult parsed) => _styles.Groups(parsed);

    /// <summary>What is wrong with the styles where the way goes from one to another, if anything.</summary>
    public string? TwoStylesRefusal(ParseResult parsed) => _styles.TwoStylesRefusal(parsed);

    /// <summary>What the styles are called in messages.</summary>
    public string StyleNames(ParseResult parsed) => string.Join(" and ", _styles.Names(parsed));

    // Null where the run starts from the content or from noise.
    private string? InitialPicture(ParseResult parsed) => StartOf(parsed.GetRequiredValue(_init)) == StartImage.Image ? parsed.GetRequiredValue(_init) : null;

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
        Set(_size, v => options.Size = v);
        Set(_iterations, v => (options.Iterations, options.StageIterations) = (v, 0)); // over all sizes together, whatever the preset has for each
        Set(_optimizer, v => options.Optimizer = v == "adam" ? OptimizerKind.Adam : OptimizerKind.Lbfgs);
        Set(_network, v => options.Network = v);
        Set(_pooling, v => options.Pooling = v == "average" ? Pooling.Average : Pooling.Max);
        if (parsed.GetResult(_strength) is { Implicit: false }) options.SetStrength(parsed.GetValue(_strength));
        SetOver(_contentWeight, v => options.ContentWeight = v);
        SetOver(_styleWeight, v => options.StyleWeight = v);
        SetOver(_neighborWeight, v => options.NeighborWeight = v);
        SetOver(_recolor, v => options.Recolor = v);
        Set(_tvWeight, v => options.TvWeight = v);
        Set(_tvKind, v => options.TvKind = s_tvKinds[v]);
        Set(_contentLayers, v => options.ContentLayers = LayersOf(v));
        Set(_styleLayers, v => options.StyleLayers = LayersOf(v));
        Set(_neighborLayers, v => options.NeighborLayers = LayersOf(v));
        Set(_neighborRotations, v => options.NeighborRotations = v);
        Set(_styleStatistic, v => options.StyleTerms = TermsOf(v));
        Set(_normalization, v => options.Normalization = v == "absolute" ? LossNormalization.Absolute : LossNormalization.Relative);
        Set(_init, v => (options.Start, options.StartFile) = (StartOf(v), InitialPicture(parsed)));
        Set(_styleScale, v => options.StyleScale = v);
        Set(_strokeSize, v => options.StrokeSize = v);
        Set(_coarsestSize, v => options.CoarsestSize = v);
        Set(_preserveColor, v => (options.PreserveColor, options.LuminanceSpace, options.ColorMatching) = s_colors[v]);
        Set(_matchLuminance, v => options.MatchLuminance = v);
        Set(_learningRate, v => options.LearningRate = v);
        Set(_average, v => options.AverageIterates = v);
        Set(_tolerance, v => options.Tolerance = v);
        Set(_seed, v => options.Seed = v);
        Set(_device, v => options.Device = ComputeDevice.Parse(v));
        Set(_engine, v => options.Engine = Enum.Parse<EngineKind>(v, ignoreCase: true));
        Set(_simd, v => options.VectorPath = v switch { "auto" => null, "scalar" => SimdPath.Scalar, string bits => (SimdPath)int.Parse(bits, CultureInfo.InvariantCulture) });
        Set(_filters, v => options.KeepTransformedWeights = v == "keep");
        Set(_threads, v => options.Threads = v);
        options.TrimMemory = true;
        return options;

        // The defaults of what the strength sets are those of the strength.
        void SetOver<T>(Option<T> option, Action<T> set)
        {
            if (parsed.GetResult(option) is { Implicit: false }) set(parsed.GetValue(option)!);
        }

        void Set<T>(Option<T> option, Action<T> set)
        {
            if (preset is null || parsed.GetResult(option) is { Implicit: false }) set(parsed.GetValue(option)!);
        }
    }

    /// <summary>Says once a run that there is a larger network, where nobody chose one.</summary>
    public void SayNetwork(ParseResult parsed)
    {
        if (parsed.GetResult(_network) is { Implicit: false }) return;
        if (PresetOf(parsed) is { } preset && preset.Network != Defaults.Network)
        {
            string used = Available(preset);
            if (used != preset.Network) Terminal.Note($"The preset {preset.Name} is made for the network '{preset.Network}', whose file is not there; using '{used}'.");
        }
        else
            Terminal.Note($"Using the network '{Defaults.Network}', which comes with the program; --network vgg19 follows the style's large shapes more closely and takes several times as long, once its file is there.");
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
    private StyleTransferPreset? PresetOf(ParseResult parsed) => parsed.GetValue(_preset) is { } name ? StyleTransferPreset.Parse(name) : null;

    // The preset's network, or the nearest one whose file is there.
    private static string Available(StyleTransferPreset preset) =>
        ((string[])[preset.Network, "vgg19"]).FirstOrDefault(n => ModelFiles.Find(n) is not null) is { } found && preset.Network != Defaults.Network ? found : Defaults.Network;

    private static StyleTerm[] TermsOf(string[] texts) =>
        [.. texts.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(StyleTerm.Parse)];

    private static StartImage StartOf(string init) => init switch { "content" => StartImage.Content, "noise" => StartImage.Noise, _ => StartImage.Image };

    private static LayerWeight[] LayersOf(string[] texts) =>
        [.. texts.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(LayerWeight.Parse)];

    private static Option<int> Number(string name, int value, string description, string help) =>
        new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = help };

    private static Option<double> Real(string name, double value, string description, string help) =>
        new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = help };

    private static Option<string> Choice(string name, string value, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => value };
        return option.AcceptOnlyFromAmong(values);
    }

    private static Option<string[]> Layers(string name, string description, IReadOnlyList<LayerWeight> value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => [string.Join(',', value)],
        HelpName = "LAYER[:WEIGHT],...",
    };
}
