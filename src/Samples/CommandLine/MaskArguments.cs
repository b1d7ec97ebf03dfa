using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options that say where in a picture things are: regions with styles of their own, and how strongly the content is
/// held.</summary>
/// <param name="folders">Whether the contents' masks are folders with a mask for each picture.</param>
internal sealed class MaskArguments(bool folders)
{
    private readonly Option<string[]> _content = new("--content-mask")
    {
        Description = $"Where each style goes: {(folders ? "a folder with a mask for each picture, under its name; a mask is " : "")}one "
            + $"picture with a region in each of up to {RegionMasks.MaxRegions} flat colours, "
            + $"or, {(folders ? "with several folders" : "given several times")}, a greyscale {(folders ? "mask" : "file")} for each "
                + $"region, white inside",
        HelpName = folders ? "FOLDER" : "FILE",
    };
    private readonly Option<string[]> _style = new("--style-mask")
    {
        Description = "The same regions in the style picture, by the same colours, or in the same order; with several styles a mask of "
            + "colours for each. Without it each --style is for one region, "
            + "in the order of the --content-mask files or of the colours from top to bottom",
        HelpName = "FILE",
    };
    private readonly Option<double> _softness = Numbers.Only(new Option<double>("--mask-softness")
    {
        Description = $"How far the edges of the content's masks are softened to either side, in pixels of the result: 0 to "
            + $"{Mask.MaxRadius}",
        DefaultValueFactory = _ => StylizationOptions.DefaultMaskSoftness,
        HelpName = "PIXELS",
    });
    private readonly Option<string?> _weight = new("--content-weight-mask")
    {
        Description = $"How strongly the content is held at each place: "
            + $"{(folders ? "a folder with a greyscale picture for each, under its name" : "a greyscale picture")}, white for fully, "
            + $"black for not at all",
        HelpName = folders ? "FOLDER" : "FILE",
    };
    private readonly Option<string?> _paint = new("--paint-mask")
    {
        Description = $"Where the picture is painted: {(folders ? "a folder with a greyscale picture for each, under its name"
            : "a greyscale picture")}, white for painted; where it is black the content's own pixels stay",
        HelpName = folders ? "FOLDER" : "FILE",
    };

    // The names of the content's regions, from when its masks were read to be checked.
    private IReadOnlyList<string>? _regions;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_content, _style, _softness, _weight, _paint]) command.Options.Add(HelpGroups.Put(option,
            HelpGroups.Regions));
    }

    /// <summary>What is wrong with the values, if anything; masks of a single picture are read and paired.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="styles">The style arguments.</param>
    /// <param name="content">The content; null where there are many.</param>
    /// <param name="reading">How files are read.</param>
    public IEnumerable<string> Refusals(ParseResult parsed, StyleArguments styles, string? content, PictureReadOptions reading)
    {
        string[] contents = Of(parsed, _content), masks = Of(parsed, _style);
        string? weight = parsed.GetValue(_weight), paint = parsed.GetValue(_paint);
        string[] missing = [.. contents.Select(f => Missing(f, "--content-mask"))
            .Append(weight is null ? null : Missing(weight, "--content-weight-mask"))
            .Append(paint is null ? null : Missing(paint, "--paint-mask"))
            .Concat(masks.Select(f => ImageFiles.Refusal(f, "--style-mask"))).OfType<string>()];
        foreach (string refusal in missing) yield return refusal;
        if (contents.Length == 0 && weight is null && paint is null && parsed.GetResult(_softness) is { Implicit: false })
            yield return "--mask-softness is given, but no --content-mask, --content-weight-mask or --paint-mask whose edges it could soften. Name "
                + "one, or leave it out.";
        if (contents.Length == 0
            && masks.Length > 0) yield return "--style-mask is given, but no --content-mask that says where those regions are in the "
            + "content. Name one, or leave it out.";
        if (contents.Length > RegionMasks.MaxRegions
            || masks.Length > RegionMasks.MaxRegions) yield return $"There are more than {RegionMasks.MaxRegions} mask files; that many "
            + $"regions are possible.";
        else if (contents.Length > 0 && StyleRefusal(parsed, styles, masks) is { } style) yield return style;
        else if (missing.Length == 0 && styles.Plain(parsed).Count > 0 && content is not null && File.Exists(content)
            && (contents.Length > 0 || weight is not null || paint is not null) && PairRefusal(parsed, styles, content, reading) is { } pair) yield return pair;
    }

    /// <summary>Says in the options which columns have masks.</summary>
    public void ApplyTo(StyleTransferOptions options, ParseResult parsed)
    {
        options.ContentMaskColumns = [.. Of(parsed, _content).Select((_, i) => TransferRow.NameOf(i))];
        options.ContentWeightColumn = parsed.GetValue(_weight) is null ? null : nameof(TransferRow.Weight);
        options.PaintMaskColumn = parsed.GetValue(_paint) is null ? null : nameof(TransferRow.Paint);
        options.MaskSoftness = parsed.GetValue(_softness);
    }

    /// <summary>The mask files of a content and of the styles, for what must not be overwritten.</summary>
    public IEnumerable<NamedFile> Inputs(ParseResult parsed, ContentFiles files)
    {
        foreach (string mask in files.Masks) yield return new NamedFile(mask, "--content-mask");
        foreach (string mask in Of(parsed, _style)) yield return new NamedFile(mask, "--style-mask");
        if (files.Weight is { } weight) yield return new NamedFile(weight, "--content-weight-mask");
        if (files.Paint is { } paint) yield return new NamedFile(paint, "--paint-mask");
    }

    /// <summary>The style pictures with their masks or regions.</summary>
    public IReadOnlyList<StyleImage> Styles(ParseResult parsed, StyleArguments styles)
    {
        if (Of(parsed, _content).Length == 0) return styles.Styles(parsed);
        string[] masks = Of(parsed, _style);
        IReadOnlyList<IReadOnlyList<StyleImage>> groups = styles.Groups(parsed);
        if (masks.Length == 0) return [.. groups.SelectMany((g, i) =>
            g.Select(s => new StyleImage(s.Path!, s.Weight, s.Scope) { Region = RegionMasks.OrderName(i) }))];
        return [.. groups.Select((g, i) =>
            new StyleImage(g[0].Path!, g[0].Weight, g[0].Scope) { Masks = groups.Count == 1 ? masks : [masks[i]] })];
    }

    /// <summary>Which style goes to which region, where only the order of the mask's colours says so; null otherwise.</summary>
    public string? Pairing(ParseResult parsed, StyleArguments styles)
    {
        if (_regions is null || Of(parsed, _content).Length != 1 || Of(parsed, _style).Length > 0) return null;
        return "regions: " + string.Join(", ", _regions.Zip(styles.Names(parsed), (region, style) => $"{region} {style}"));
    }

    /// <summary>A content with the masks that are for it.</summary>
    /// <exception cref="UsageException">A folder has no mask for it.</exception>
    public ContentFiles Files(ParseResult parsed, string content)
    {
        string[] masks = [.. Of(parsed, _content).Select(f => Find(f, "--content-mask"))];
        return new ContentFiles(content, masks, parsed.GetValue(_weight) is { } weight ? Find(weight, "--content-weight-mask") : null,
            parsed.GetValue(_paint) is { } paint ? Find(paint, "--paint-mask") : null);

        string Find(string place, string option)
        {
            if (!folders) return place;
            string name = Path.GetFileNameWithoutExtension(content);
            return PictureFile.Endings.SelectMany(e => (string[])[e, e.ToUpperInvariant()]).Select(e =>
                Path.Combine(place, name + e)).FirstOrDefault(File.Exists)
                ?? throw new UsageException([$"{option} '{place}' has no mask for '{Path.GetFileName(content)}': put {name}.png there."]);
        }
    }

    private string? Missing(string path, string option)
    {
        if (!folders) return ImageFiles.Refusal(path, option);
        if (Directory.Exists(path)) return null;
        return File.Exists(path) ? $"{option} '{path}' is a file; name a folder with a mask for each picture, under its name."
            : $"{option} '{path}' does not exist.";
    }

    private static string? StyleRefusal(ParseResult parsed, StyleArguments styles, string[] masks)
    {
        if (styles.HasScopes(parsed)) return "--coarse-style and --fine-style can't be combined with --content-mask: name the styles of "
            + "the regions with --style.";
        IReadOnlyList<string> given = styles.Plain(parsed);
        if (given.Count == 0) return null; // said already
        if (masks.Length == 0)
        {
            return styles.Weighted(parsed) is { } weighted
                ? $"--style '{weighted}': with --content-mask each style has a region of its own, where weights have no meaning; leave "
                    + $"'=' and what follows out, or give a --style-mask for each."
                : null;
        }
        if (given.FirstOrDefault(Directory.Exists) is { } folder) return $"--style '{folder}' is a folder, which --style-mask can't be "
            + $"for. Name one picture.";
        return given.Count == 1 || given.Count == masks.Length ? null
            : $"There are {given.Count} styles and {masks.Length} --style-mask: give a mask of colours for each style, in their order, "
                + $"or none, so that each style is for one region.";
    }

    private string? PairRefusal(ParseResult parsed, StyleArguments styles, string content, PictureReadOptions reading)
    {
        try
        {
            (int width, int height) = PictureFile.ReadSize(content, reading);
            ContentFiles files = Files(parsed, content);
            foreach ((string? file, string option) in new[] { (files.Weight, "--content-weight-mask"), (files.Paint, "--paint-mask") })
                if (file is not null && MaskFile.Read(file, reading) is { } mask && !mask.Fits(width, height))
                    return $"{option} '{file}' is {mask.Width} x {mask.Height} pixels, but '{content}' is {width} x {height}: the "
                        + "proportions differ. Paint it over the picture itself.";
            if (files.Masks.Count == 0) return null;
            RegionMasks regions = MaskFile.ReadRegions(files.Masks, "content mask", reading);
            _regions = regions.Names;
            regions.CheckFits(width, height);
            string[] masks = Of(parsed, _style);
            IReadOnlyList<string> given = styles.Plain(parsed);
            if (masks.Length == 0)
            {
                return given.Count == regions.Names.Count ? null
                    : $"{Origin(regions)} has {regions.Names.Count} regions ({string.Join(", ", regions.Names)}), and {given.Count} "
                        + $"--style {(given.Count == 1 ? "is" : "are")} given: name one for each, in that order, or a --style-mask with "
                        + $"the same regions.";
            }
            RegionMasks[] ofStyles = given.Count == 1 ? [MaskFile.ReadRegions(masks, "style mask", reading)]
                : [.. masks.Select(m => MaskFile.ReadRegions([m], "style mask", reading))];
            for (int i = 0; i < ofStyles.Length; i++)
            {
                if (!File.Exists(given[i])) continue; // said already
                (int styleWidth, int styleHeight) = PictureFile.ReadSize(given[i], reading);
                ofStyles[i].CheckFits(styleWidth, styleHeight);
            }
            if (ofStyles.Length == 1) regions.Paired(ofStyles[0].Names, ofStyles[0].Origin);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or FileNotFoundException)
        {
            return e.Message;
        }
    }

    private static string Origin(RegionMasks masks) => char.ToUpper(masks.Origin[0], CultureInfo.InvariantCulture) + masks.Origin[1..];

    private static string[] Of(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) ?? [];
}
