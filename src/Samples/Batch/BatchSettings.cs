using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLNetStyle.Pipeline;

namespace MLNetStyle.Samples.Batch;

/// <summary>Everything that shapes the results of a batch, as names and values that a plan keeps.</summary>
internal static class BatchSettings
{
    /// <summary>The settings of runs that optimise pixels.</summary>
    /// <param name="options">The options; what belongs to the machine is left out.</param>
    /// <param name="styles">The style pictures, those of single pictures too.</param>
    public static Dictionary<string, string> Of(StyleTransferOptions options, IEnumerable<StyleImage> styles)
    {
        Dictionary<string, string> settings = Common(options.Reading);
        using JsonDocument json = JsonDocument.Parse(OperationJson.Write<StylizationOptions>(options));
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
            settings[char.ToUpperInvariant(property.Name[0]) + property.Name[1..]] = property.Value.ToString();
        foreach (string network in NetworkRelay.Networks(options.Network))
        {
            Network loaded = NetworkReference.Load(network, options.Pooling);
            settings[$"network {Path.GetFileName(network)}"] = $"{loaded.Sha256} {options.Pooling}";
        }
        if (options.StartFile is { } start) settings[$"start {Path.GetFileName(start)}"] = HashOf(start);
        settings["masks"] = string.Join(' ', ((string?[])[.. options.ContentMaskColumns, options.ContentWeightColumn,
            options.PaintMaskColumn])
            .OfType<string>());
        int number = 0;
        foreach (StyleImage style in styles)
        {
            string masks = string.Join(' ', style.Masks.Select(HashOf));
            settings[$"style {number++} {Path.GetFileName(style.Path)}"] = string.Create(CultureInfo.InvariantCulture,
                $"{HashOf(style.Path!)} {style.Weight} {style.Scope} {style.Region} {masks}").TrimEnd();
        }
        return settings;
    }

    /// <summary>The settings of a network that paints in one pass.</summary>
    public static Dictionary<string, string> Of(string network, FastStyleTransferOptions options, PictureReadOptions reading)
    {
        Dictionary<string, string> settings = Common(reading);
        settings["network"] = HashOf(network);
        settings["Strength"] = options.Strength.ToString(CultureInfo.InvariantCulture);
        foreach ((string style, double weight) in options.StyleWeights)
            settings[$"style {style}"] = weight.ToString(CultureInfo.InvariantCulture);
        return settings;
    }

    /// <summary>Adds how files are written.</summary>
    public static void Add(Dictionary<string, string> settings, PictureWriteOptions writing, bool sequence)
    {
        settings["Quality"] = writing.Quality.ToString(CultureInfo.InvariantCulture);
        settings["BitDepth"] = writing.BitDepth.ToString(CultureInfo.InvariantCulture);
        settings["Background"] = writing.Background.ToString();
        settings["metadata"] = writing.MetadataFrom is null ? "left out" : "kept";
        settings["Sequence"] = sequence ? "yes" : "no";
    }

    /// <summary>A short hash of a text.</summary>
    public static string Short(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static Dictionary<string, string> Common(PictureReadOptions reading) => new()
    {
        ["version"] = typeof(BatchSettings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0] ?? "",
        ["MaxPixels"] = reading.MaxPixels.ToString(CultureInfo.InvariantCulture),
        ["AcceptTruncated"] = reading.AcceptTruncated.ToString(),
    };

    private static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
