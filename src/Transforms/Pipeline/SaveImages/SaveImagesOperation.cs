using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(SaveImagesOperation.Kind, typeof(SaveImagesOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>Picture files in a folder, named by rows.</summary>
internal sealed class SaveImagesOperation(string folder, SaveImagesOptions options) : FileWriteOperation
{
    public const string Kind = "SaveImages";

    private readonly WrittenNames _written = new();
    private readonly HashSet<string> _own = new(WrittenNames.Comparer); // locked by itself

    public static SaveImagesOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        try
        {
            return new(saved.Folder, new SaveImagesOptions
            {
                Ending = saved.Ending,
                SkipExisting = saved.SkipExisting,
                Overwrite = saved.Overwrite,
                Writing = new PictureWriteOptions
                {
                    Quality = saved.Quality,
                    BitDepth = saved.BitDepth,
                    Background = ((byte)(saved.Background >> 16), (byte)(saved.Background >> 8), (byte)saved.Background),
                },
            });
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The options of a saved {Kind} are out of range: {e.Message} The model file is damaged.", e);
        }
    }

    /// <exception cref="InvalidDataException">The name is none for a file here; the message says why.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public override string Apply(Func<ImagePixels> image, string name) => Apply(image, name, null, _written);

    /// <summary>Likewise, where the rows can be told apart.</summary>
    public string Apply(Func<ImagePixels> image, string name, DataViewRowId? row, WrittenNames written)
    {
        string target = Target(name);
        if (written.Add(target, name, row) is { } other) throw new InvalidDataException(
            $"'{name}' would be written to '{target}', as '{other}' of another row was. Give the files different names.");
        if (File.Exists(target))
        {
            if (options.SkipExisting) return target;
            bool own;
            lock (_own) own = _own.Contains(target);
            if (!own && !options.Overwrite) throw new InvalidDataException(
                $"'{target}' exists already, and could be what the image was read from. Name another folder, or set "
                + $"{nameof(SaveImagesOptions)}.{nameof(SaveImagesOptions.Overwrite)} or {nameof(SaveImagesOptions.SkipExisting)}.");
        }
        ImagePixels pixels = image();
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        PictureWriter.Write(new Picture(pixels.Color, pixels.Alpha), target, options.Writing);
        lock (_own) _own.Add(target);
        return target;
    }

    public override SavedState Save()
    {
        PictureWriteOptions w = options.Writing;
        return new(OperationJson.Write(new Saved(Kind, folder, options.Ending, options.SkipExisting, w.Quality, w.BitDepth,
            (w.Background.Red << 16) | (w.Background.Green << 8) | w.Background.Blue, options.Overwrite)), []);
    }

    // Where a row's image goes: a full path.
    private string Target(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new InvalidDataException("The name of the file is empty.");
        if (name.Contains('\0')) throw new InvalidDataException("The name of the file has a zero in it.");
        string ended = options.Ending is { } ending ? Path.ChangeExtension(name, ending) : PictureFile.CanWrite(name) ? name : name
            + ".png";
        if (folder.Length == 0) return Path.GetFullPath(ended);
        string root = Path.GetFullPath(folder);
        string target = Path.GetFullPath(Path.Combine(root, Path.IsPathRooted(ended) ? Path.GetFileName(ended) : ended));
        string inside = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        if (!target.StartsWith(inside, StringComparison.Ordinal)) throw new InvalidDataException(
            $"'{name}' leads out of the folder '{folder}'. Name a file inside.");
        if (WrittenNames.Comparer.Equals(target, Path.GetFullPath(name)) && File.Exists(target) && Path.IsPathRooted(name))
            throw new InvalidDataException($"'{name}' is in the folder '{folder}' itself and would be overwritten. Name another folder.");
        return target;
    }

    private sealed record Saved(string Operation, string Folder, string? Ending, bool SkipExisting, int Quality, int BitDepth,
        int Background, bool Overwrite = false);
}

/// <summary>The files that rows have been written to.</summary>
/// <remarks>Safe for use by several threads.</remarks>
internal sealed class WrittenNames
{
    private readonly Dictionary<string, (string Name, DataViewRowId? Row)> _rows = new(Comparer);

    public static StringComparer Comparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Notes a file; gives the name that another row has for it, if there is one. A row may be read again.</summary>
    public string? Add(string target, string name, DataViewRowId? row)
    {
        lock (_rows)
        {
            if (_rows.TryAdd(target, (name, row))) return null;
            (string other, DataViewRowId? earlier) = _rows[target];
            return other == name && (row is null || earlier is null || row.Value.Equals(earlier.Value)) ? null : other;
        }
    }
}
