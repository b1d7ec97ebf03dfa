using System.Text.Json;

namespace MLNetStyle;

/// <summary>A network that is known by name: an entry of onnx-models/manifest.json, which lies inside the library.</summary>
/// <param name="Name">The name that <see cref="Network.Load"/> takes.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="File">The file's usual name.</param>
/// <param name="Source">Who made it, and where it was published.</param>
/// <param name="Licence">The licence of the weights.</param>
/// <param name="Sha256">The SHA-256 of the file in lower-case hexadecimal digits; null where several conversions are in use.</param>
/// <param name="HowToGet">What to do to have it, in a sentence.</param>
/// <param name="Whole">What to do for layers after the file's last one, in a sentence or two; null for a whole network.</param>
/// <param name="Downloads">Where "mlnetstyle networks pull" fetches it, the smallest one first; null where it can't.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed record KnownModel(
    string Name, string Title, string File, string Source, string Licence, string? Sha256, string HowToGet, string? Whole = null,
    IReadOnlyList<KnownDownload>? Downloads = null)
{
    private static readonly Lazy<KnownModel[]> Manifest = new(Read);

    /// <summary>Every known model.</summary>
    public static IReadOnlyList<KnownModel> All => Manifest.Value;

    /// <summary>The model of a name; null if it is not known.</summary>
    public static KnownModel? Of(string name) =>
        All.FirstOrDefault(m => string.Equals(m.Name, name.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the weights are part of the library.</summary>
    public bool ComesWithLibrary => Embedded is not null;

    /// <summary>Opens the model's file inside the library; null if it does not come with it.</summary>
    internal Func<Stream>? Embedded => typeof(KnownModel).Assembly.GetManifestResourceInfo(File) is null
        ? null
        : () => typeof(KnownModel).Assembly.GetManifestResourceStream(File)!;

    private static KnownModel[] Read()
    {
        using Stream stream = typeof(KnownModel).Assembly.GetManifestResourceStream("manifest.json")!;
        return JsonSerializer.Deserialize<KnownModel[]>(stream, new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
    }
}

/// <summary>A file of a known network at its publisher's.</summary>
/// <param name="Url">The address.</param>
/// <param name="File">The file's name there.</param>
/// <param name="Bytes">Its length; null where it is not known.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal digits; null where the publisher gives another hash.</param>
/// <param name="Md5">Its MD5 in lower-case hexadecimal digits; null where the publisher gives another hash.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed record KnownDownload(string Url, string File, long? Bytes = null, string? Sha256 = null, string? Md5 = null);
