using System.Text.Json;

namespace MLNetStyle.Networks;

/// <summary>An entry of onnx-models/manifest.json, which lies inside the library.</summary>
internal sealed record KnownModel(string Name, string Title, string File, string Source, string Licence, string? Sha256, string HowToGet)
{
    private static readonly Lazy<KnownModel[]> Manifest = new(Read);

    /// <summary>Every known model.</summary>
    public static IReadOnlyList<KnownModel> All => Manifest.Value;

    private static KnownModel[] Read()
    {
        using Stream stream = typeof(KnownModel).Assembly.GetManifestResourceStream("manifest.json")!;
        return JsonSerializer.Deserialize<KnownModel[]>(stream, JsonSerializerOptions.Web)!;
    }
}
