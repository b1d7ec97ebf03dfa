using System.Text.Json;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.Gallery;

/// <summary>Which pictures stand in a folder and by which commands they were made, so that a later call makes the others only.</summary>
/// <remarks>Kept in a small file beside the pictures, written anew after each of them.</remarks>
internal sealed class GalleryState
{
    private const string FileName = "gallery.json";
    private const long MostBytes = 1 << 22;
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase
    };

    private readonly string _folder;
    private readonly SortedDictionary<string, Entry> _entries;

    private GalleryState(string folder, SortedDictionary<string, Entry> entries) => (_folder, _entries) = (folder, entries);

    /// <summary>Reads what a folder says; nothing where it says nothing.</summary>
    /// <exception cref="InvalidDataException">The file is there and can't be read.</exception>
    public static GalleryState Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        SortedDictionary<string, Entry>? entries = null;
        if (File.Exists(file))
        {
            try
            {
                if (new FileInfo(file).Length > MostBytes) throw new JsonException($"it is longer than {MostBytes} bytes");
                entries = JsonSerializer.Deserialize<SortedDictionary<string, Entry>>(File.ReadAllBytes(file), s_options);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"'{file}', which says what was made, can't be read: {e.Message} Delete it, or make "
                    + $"everything anew with --force.", e);
            }
        }
        return new GalleryState(folder, new SortedDictionary<string, Entry>(entries ?? [], StringComparer.Ordinal));
    }

    /// <summary>A folder where nothing counts as made.</summary>
    public static GalleryState Empty(string folder) => new(folder, new SortedDictionary<string, Entry>(StringComparer.Ordinal));

    /// <summary>Whether the picture stands there, made by the same commands.</summary>
    public bool Has(GalleryItem item) => File.Exists(Path.Combine(_folder, item.File)) && _entries.TryGetValue(item.Name, out Entry? entry)
        && entry is { Commands: { } made } && made.SequenceEqual(Lines(item));

    /// <summary>The size of the picture and the seconds that it took.</summary>
    public (int Width, int Height, double Seconds) Of(GalleryItem item) => _entries[item.Name] is { } e ? (e.Width, e.Height, e.Seconds)
        : default;

    /// <summary>Notes a picture that was made.</summary>
    public void Note(GalleryItem item, int width, int height, double seconds)
    {
        _entries[item.Name] = new Entry(width, height, Math.Round(seconds, 1), Lines(item));
        WholeFile.Write(Path.Combine(_folder, FileName), JsonSerializer.SerializeToUtf8Bytes(_entries, s_options));
    }

    private static string[] Lines(GalleryItem item) => item.From is { } from ? [from] : [.. item.Commands.Select(CommandText.Of)];

    private sealed record Entry(int Width, int Height, double Seconds, string[] Commands);
}
