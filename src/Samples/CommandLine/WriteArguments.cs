using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options that say how results are written.</summary>
internal sealed class WriteArguments
{
    private readonly Option<int> _quality = Numbers.Only(new Option<int>("--quality")
    {
        Description = $"JPEG and WebP quality, {PictureWriteOptions.MinQuality} to {PictureWriteOptions.MaxQuality}; "
            + "90 is visually indistinguishable, 100 writes WebP without loss",
        DefaultValueFactory = _ => PictureWriteOptions.MaxQuality,
        HelpName = "N",
    });
    private readonly Option<int> _bitDepth = Numbers.Only(new Option<int>("--bit-depth")
    {
        Description = "Bits of a PNG file's samples: 8 or 16",
        DefaultValueFactory = _ => 8,
        HelpName = "8|16",
    });
    private readonly Option<string> _background = new("--background")
    {
        Description = "What shows through a transparent content in a JPEG result: white, black, or a colour as #RRGGBB",
        DefaultValueFactory = _ => "white",
        HelpName = "COLOR",
    };

    private readonly Option<bool> _metadata = new("--keep-metadata")
    {
        Description = "Copy the content's EXIF data (camera, date, place) into the result, without orientation and thumbnail",
    };
    private readonly Option<bool> _keep = new("--no-clobber") { Description = "Refuse to overwrite files that exist" };

    /// <summary>Whether files that exist are kept.</summary>
    public bool Keeps(ParseResult parsed) => parsed.GetValue(_keep);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_quality, _bitDepth, _background, _metadata, _keep])
            command.Options.Add(HelpGroups.Put(option, HelpGroups.Files));
    }

    /// <summary>What is wrong with the values, if anything.</summary>
    public IEnumerable<string> Refusals(ParseResult parsed)
    {
        int quality = parsed.GetValue(_quality), bits = parsed.GetValue(_bitDepth);
        if (quality is < PictureWriteOptions.MinQuality or > PictureWriteOptions.MaxQuality)
            yield return $"--quality is {quality}; it must be {PictureWriteOptions.MinQuality} to {PictureWriteOptions.MaxQuality}.";
        if (bits is not (8 or 16)) yield return $"--bit-depth is {bits}; it must be 8 or 16.";
        if (Color(parsed.GetRequiredValue(_background)) is null)
            yield return $"--background is '{parsed.GetValue(_background)}'; it must be white, black or a colour as #RRGGBB.";
    }

    /// <summary>The values, which have been checked.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="content">The content whose metadata is kept, if that is asked for.</param>
    public PictureWriteOptions ToOptions(ParseResult parsed, string? content = null) => new()
    {
        MetadataFrom = parsed.GetValue(_metadata) ? content : null,
        Quality = parsed.GetValue(_quality),
        BitDepth = parsed.GetValue(_bitDepth),
        Background = Color(parsed.GetRequiredValue(_background))!.Value,
    };

    private static (byte Red, byte Green, byte Blue)? Color(string text) => text switch
    {
        "white" => (255, 255, 255),
        "black" => (0, 0, 0),
        ['#', ..] when text.Length == 7 && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out int value) =>
            ((byte)(value >> 16), (byte)(value >> 8), (byte)value),
        _ => null,
    };
}
