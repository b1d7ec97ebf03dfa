using System.Globalization;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Gallery;

/// <summary>Every preset and every control, each as a picture and the command that makes it.</summary>
internal sealed class GalleryItems
{
    private readonly GalleryInput _input;
    private readonly List<GalleryItem> _items = [];
    private string _group = "";

    private GalleryItems(GalleryInput input) => _input = input;

    /// <summary>The pictures of a gallery, in the order of the page.</summary>
    public static IReadOnlyList<GalleryItem> Of(GalleryInput input)
    {
        GalleryItems items = new(input);
        items.Originals();
        items.Defaults();
        items.Strengths();
        items.Presets();
        items.Statistics();
        items.Scale();
        items.Several();
        items.Space();
        items.Colours();
        items.Starts();
        items.Weights();
        items.TotalVariation();
        items.Layers();
        items.Optimisers();
        items.Sizes();
        items.FastStyles();
        return items._items;
    }

    private void Originals()
    {
        _group = "Originals";
        foreach ((string kind,
            IReadOnlyList<string> files) in (ReadOnlySpan<(string, IReadOnlyList<string>)>)[("content", _input.Contents),
            ("style", _input.Styles)])
            for (int i = 0; i < files.Count; i++)
                _items.Add(new GalleryItem($"{kind}-{i + 1}", _group, $"{kind} {i + 1}: {Name(files[i])}",
                    $"The {kind} picture {Path.GetFileName(files[i])}.", [], files[i])
                { From = $"{files[i]} at {_input.Size} pixels" });
    }

    private void Defaults()
    {
        _group = "As it comes";
        for (int c = 0; c < _input.Contents.Count; c++)
            for (int s = 0; s < _input.Styles.Count; s++)
                Add($"default-{c + 1}-{s + 1}", $"{Name(_input.Contents[c])}, {Name(_input.Styles[s])}",
                    "Nothing but a content and a style.", c, s);
    }

    private void Strengths()
    {
        _group = "Strength";
        foreach ((string strength, string text) in (ReadOnlySpan<(string, string)>)
        [
            ("20", "A touch of the style on the photograph."),
            ("35", "The style's colours and fine strokes; a face stays itself."),
            ("42", "A little less than the default of 50."),
            ("75", "The content's weight falls: its large shapes remain."),
            ("100", "The style, with a trace of the content."),
        ])
            Add($"strength-{strength}", $"strength {strength}", text, 0, 0, "--strength", strength);
    }

    private void Presets()
    {
        _group = "Presets";
        foreach (StyleTransferPreset preset in StyleTransferPreset.All)
        {
            StylizationOptions options = preset.CreateOptions();
            options.Size = _input.Size;
            int whole = options.Stages(_input.Size).Sum(s => s.Iterations);
            bool capped = whole > _input.MostIterations;
            string[] more = ["--preset", preset.Name, "--network", _input.Network, .. capped
                ? (string[])["--iterations", Number(_input.MostIterations)] : [], .. options.PreviewEvery > 0
                ? (string[])["--preview-every", "0"] : []];
            string cap = capped ? $", {_input.MostIterations} of {whole} iterations" : "";
            Add($"preset-{preset.Name}", $"{preset.Name}{cap}",
                $"{Sentence(preset.Description)} Here on the network {_input.Network}{cap}.", 0, 0, more);
        }
    }

    private void Statistics()
    {
        _group = "Statistics of style";
        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)
        [
            ("gram", "Products of channels, the field's usual choice."),
            ("covariance", "The same about the means."),
            ("mean-std", "Each channel's mean and deviation."),
            ("mmd-linear", "The means alone."),
            ("mmd-polynomial", "Means and products together."),
            ("mmd-gaussian", "The whole distribution, at sampled positions."),
            ("wasserstein", "The way from one Gaussian of features to the other."),
            ("histogram", "Every channel's histogram; meant beside gram."),
            ("gram,histogram", "Gram matrices and histograms together."),
        ])
            Add($"statistic-{name.Replace(',', '-')}", name.Replace(",", " and "), text, 1, 0, "--style-statistic", name);
    }

    private void Scale()
    {
        _group = "Scale";
        foreach (string scale in (ReadOnlySpan<string>)["0.5", "2"]) Add($"style-scale-{scale}", $"style scale {scale}",
            $"The style picture at {scale} times the result's size.", 1, 0, "--style-scale", scale);
        Add("style-scale-2-b", $"style scale 2, {Name(_input.Style(1))}", "The same with another style.", 1, 1, "--style-scale", "2");
        foreach (string stroke in (ReadOnlySpan<string>)["0.5", "2"]) Add($"stroke-size-{stroke}", $"stroke size {stroke}",
            $"Strokes {stroke} times as large, the grain of the paint as it is.", 1, 0, "--stroke-size", stroke);
        if (_input.Styles.Count < 2) return;
        int last = _input.Styles.Count - 1;
        Styled("coarse-fine", $"coarse {Name(_input.Style(last))}, fine {Name(_input.Style(0))}",
            "Strokes and shapes of one style, lines and colours of another.", 0,
            ["--coarse-style", _input.Style(last), "--fine-style", _input.Style(0)]);
        Styled("fine-coarse", $"coarse {Name(_input.Style(0))}, fine {Name(_input.Style(last))}", "The other way round.", 0,
            ["--coarse-style", _input.Style(0), "--fine-style", _input.Style(last)]);
        string mixed = Path.Combine(_input.Folder, GalleryItem.FileOf("new-style"));
        Add("new-style", $"new style: {Name(_input.Style(last))} in the shapes of {Name(_input.Style(0))}",
            "A new style picture, one style's texture painted over another, as Gatys and others do in 2017.", _input.Style(0),
            ["--style", _input.Style(last)],
            "--style-layers", "relu1_1,relu2_1", "--content-weight", "0", "--coarsest-size", Number(_input.Size), "--iterations", "40");
        Styled("by-new-style", "in that new style", "A picture in the style that was made before.", 0, ["--style", mixed]);
    }

    private void Several()
    {
        if (_input.Styles.Count < 2) return;
        _group = "Several styles";
        (string a, string b) = (_input.Style(0), _input.Style(1));
        Styled("blend", "two styles alike", "The statistics of two styles, blended.", 1, ["--style", a, "--style", b]);
        Styled("blend-weights", "weights 1 to 3", "The second style counts three times as much.", 1, ["--style", a, "--style", $"{b}=3"]);
        if (Path.GetDirectoryName(a) is { Length: > 0 } folder && _input.Styles.All(s => Path.GetDirectoryName(s) == folder))
            Styled("style-folder", "a folder as one style", "All pictures of a folder are one style.", 1, ["--style", folder]);
        string output = Path.Combine(_input.Folder, GalleryItem.FileOf("interpolate"));
        _items.Add(new GalleryItem("interpolate", _group, "from one style to the other",
            "The way from one style to another; its ends are the single styles.",
            [["interpolate", _input.Content(1), "--style", a, "--style", b, "--steps", "5", "--size", Number(_input.Size), .. Network(), "--quality", Number(GalleryInput.Quality), "--output", output]]));
    }

    private void Space()
    {
        _group = "Space";
        string mask = Painted("mask", "a mask", "Where which style goes: one above, one below.", (x, y) => y < 0.55 ? (40, 90, 200)
            : (240, 200, 60));
        string fade = Painted("mask-weight", "how much the content is held", "White where it is held, black where it is free.", (x, y) =>
            Grey(Math.Abs(x - 0.5) * 2));
        if (_input.Styles.Count > 1)
        {
            string[] two = ["--style", _input.Style(0), "--style", _input.Style(1)];
            Add("regions", "a style for each region", "Each region compares its own Gram matrices.", _input.Content(0), two,
                "--content-mask", mask);
            Add("regions-hard", "without soft edges", "The same with edges as hard as the mask's.", _input.Content(0), two,
                "--content-mask", mask, "--mask-softness", "0");
            Add("regions-soft", "with wide edges", "The same with edges softened by forty pixels.", _input.Content(0), two,
                "--content-mask", mask, "--mask-softness", "40");
        }
        if (Masked(_input.Content(0)) is { } regions && _input.Styles.Count > 2)
            Add("regions-three", "three regions, three styles",
                "The regions of a mask painted over the content, from top to bottom a style each.",
                _input.Content(0), [.. Enumerable.Range(0, 3).SelectMany(s => (string[])["--style", _input.Style(s)])], "--content-mask",
                    regions);
        if (Masked(_input.Content(0)) is { } here && Masked(_input.Style(0)) is { } there)
            Add("regions-paired", "regions of one style",
                "Each region takes its style from the region of the style picture that has its colour.", 0, 0, "--content-mask", here,
                "--style-mask", there);
        Add("content-weight-mask", "content held at the sides", "The content counts less in the middle.", 0, 0, "--content-weight-mask",
            fade);
        Add("paint-mask", "painted at the sides", "In the middle the content's own pixels stay.", 0, 0, "--paint-mask", fade);

        // As samples/ has them: mask/NAME.png beside content/NAME.jpg and style/NAME.jpg.
        static string? Masked(string picture) =>
            Path.GetDirectoryName(Path.GetDirectoryName(picture)) is { } above
                && Path.Combine(above, "mask", $"{Path.GetFileNameWithoutExtension(picture)}.png") is var mask && File.Exists(mask) ? mask
                : null;

        static (int, int, int) Grey(double value) => ((int)(255 * value), (int)(255 * value), (int)(255 * value));
    }

    // A picture of flat or even colours, by place: x and y from 0 to 1.
    private string Painted(string name, string caption, string text, Func<double, double, (int R, int G, int B)> color)
    {
        GalleryItem item = new(name, _group, caption, text, [], null, (width, height) =>
        {
            PlanarImage image = new(width, height);
            for (int i = 0; i < width * height; i++)
                (image.Plane(0)[i], image.Plane(1)[i], image.Plane(2)[i]) = color((i % width + 0.5) / width, (i / width + 0.5) / height);
            return image;
        })
        { From = $"as {_input.Content(0)} at {_input.Size} pixels" };
        _items.Add(item);
        return Path.Combine(_input.Folder, item.File);
    }

    private void Colours()
    {
        _group = "Colours kept";
        foreach ((string name, string caption, string text) in (ReadOnlySpan<(string, string, string)>)
        [
            ("luminance", "luminance (YIQ)", "Painted in grey; the content's colour planes are laid over."),
            ("luminance-lab", "luminance (Lab)", "The same with the lightness of CIE Lab."),
            ("histogram", "histogram before", "The style gets the content's mean and covariance of colours first, by square roots."),
            ("histogram-cholesky", "histogram before, Cholesky", "The same by Cholesky factors."),
            ("histogram-after", "histogram after", "The finished picture gets the content's colours."),
            ("histogram-after-cholesky", "histogram after, Cholesky", "The same by Cholesky factors."),
        ])
            Add($"color-{name}", caption, text, 0, 0, "--preserve-color", name);
        Add("color-match-luminance", "luminance, matched", "The style first gets the content's brightness and contrast.", 0, 0,
            "--preserve-color", "luminance", "--match-luminance");
    }

    private void Starts()
    {
        _group = "Start images";
        Add("start-content", "from the content", "The run starts from the content picture, the default.", 1, 0, "--init", "content");
        Add("start-noise", "from noise", "From noise, which gives larger changes; the seed decides which.", 1, 0, "--init", "noise");
        Add("start-noise-seed", "from noise, another seed", "The same with another seed.", 1, 0, "--init", "noise", "--seed", "7");
        Add("start-style", "from the style", "From the style picture itself.", 1, 0, "--init", _input.Style(0));
    }

    private void Weights()
    {
        _group = "Weights";
        foreach (string weight in (ReadOnlySpan<string>)["5", "100"]) Add($"style-weight-{weight}", $"style weight {weight}",
            $"How much the style counts: {weight}.", 1, 2, "--style-weight", weight);
    }

    private void TotalVariation()
    {
        _group = "Total variation";
        Add("tv-none", "none", "Without total variation.", 1, 0, "--tv-weight", "0");
        foreach ((string kind, string weight, string text) in (ReadOnlySpan<(string, string, string)>)
        [
            ("squared", "100", "Squares of the differences between neighbours."),
            ("half-squared", "100", "Half of them."),
            ("mean-squared", "100", "Their mean."),
            ("absolute", "100", "Absolute differences, which keep edges."),
            ("power", "100", "The power 1.25 of the squared gradient."),
        ])
            Add($"tv-{kind}", $"{kind}, weight {weight}", text, 1, 0, "--tv-kind", kind, "--tv-weight", weight);
    }

    private void Layers()
    {
        _group = "Layers and pooling";
        Add("style-layers-fine", "style at relu1_1, relu2_1", "The style's fine layers alone.", 0, 0, "--style-layers", "relu1_1,relu2_1");
        Add("style-layers-coarse", "style at relu4_1, relu5_1", "The style's coarse layers alone.", 0, 0, "--style-layers",
            "relu4_1,relu5_1");
        Add("content-layers-fine", "content at relu2_2", "The content compared in a fine layer: edges stay where they are.", 0, 0,
            "--content-layers", "relu2_2");
        Add("content-layers-coarse", "content at relu5_1", "In a coarse layer: more is free.", 0, 0, "--content-layers", "relu5_1");
        Add("pooling-average", "average pooling", "The network pools by the mean instead of the maximum.", 0, 0, "--pooling", "average");
    }

    private void Optimisers()
    {
        _group = "Optimisers";
        Add("optimizer-lbfgs", "L-BFGS, 50 iterations", "The default optimiser after fifty iterations.", 1, 0, "--optimizer", "lbfgs",
            "--iterations", "50");
        Add("optimizer-adam", "Adam, 50 iterations", "Adam after as many.", 1, 0, "--optimizer", "adam", "--iterations", "50");
        Add("optimizer-adam-average", "Adam, 300, averaged", "The running average of Adam's iterates.", 1, 0, "--optimizer", "adam",
            "--iterations", "300", "--average");
    }

    private void Sizes()
    {
        _group = "Sizes";
        foreach (int size in (ReadOnlySpan<int>)[_input.Size / 2, _input.Size, _input.Size * 3 / 2])
            Sized($"size-{size}", $"{size} pixels", $"The longer side is {size} pixels; strokes keep their share of the picture.", 0,
                ["--style", _input.Style(0)], size, []);
    }

    // Painted from the gallery's own small contents: such networks keep a picture's size.
    private void FastStyles()
    {
        _group = "Fast styles";
        if (FastArguments.Locate(FastArguments.Shipped) is not { } file) return;
        using FastStyleNetwork network = FastStyleNetwork.Load(file);
        foreach (string style in network.Styles)
            for (int i = 0; i < Math.Min(3, _input.Contents.Count); i++)
                Fast($"fast-{style.Replace('_', '-')}-{i + 1}", $"{style.Replace('_', ' ')}, in one pass",
                    "A style of the network that comes with the program; nothing is optimised.", i, style);
        foreach (int strength in (ReadOnlySpan<int>)[25, 50, 75])
            Fast($"fast-strength-{strength}", $"in one pass, strength {strength}",
                "Milder by the network's norms, not only by laying the painted picture over the photograph.", 0, network.Styles[0],
                "--strength", Number(strength));

        void Fast(string name, string caption, string text, int content, string style, params string[] more) =>
            _items.Add(new GalleryItem(name, _group, caption, text,
                [["stylize", Path.Combine(_input.Folder, GalleryItem.FileOf($"content-{content + 1}")), "--fast",
                    $"{FastArguments.Shipped}={style}", .. more, "--quality", Number(GalleryInput.Quality), "--output",
                    Path.Combine(_input.Folder, GalleryItem.FileOf(name))]]));
    }

    private void Add(string name, string caption, string text, int content, int style, params string[] more) =>
        Add(name, caption, text, _input.Content(content), ["--style", _input.Style(style)], more);

    private void Add(string name, string caption, string text, string content, string[] styles, params string[] more) =>
        Sized(name, caption, text, content, styles, _input.Size, more);

    private void Styled(string name, string caption, string text, int content, string[] styles) =>
        Add(name, caption, text, _input.Content(content), styles);

    private void Sized(string name, string caption, string text, int content, string[] styles, int size, string[] more) =>
        Sized(name, caption, text, _input.Content(content), styles, size, more);

    private void Sized(string name, string caption, string text, string content, string[] styles, int size, string[] more) =>
        _items.Add(new GalleryItem(name, _group, caption, text,
        [["stylize", content, .. styles, .. more, "--size", Number(size), .. more.Contains("--network") ? [] : Network(), "--quality", Number(GalleryInput.Quality), "--output", Path.Combine(_input.Folder, GalleryItem.FileOf(name))]]));

    // The default network goes without saying.
    private string[] Network() => _input.Network == ModelFiles.DefaultNetwork ? [] : ["--network", _input.Network];

    private static string Name(string file) => Path.GetFileNameWithoutExtension(file).Replace('_', ' ');

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
