using System.Text;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>What a command reads or writes, and what messages call it.</summary>
/// <param name="Path">The file.</param>
/// <param name="What">For example --output or CONTENT.</param>
internal sealed record NamedFile(string Path, string What);

/// <summary>Files that are written: no input is among them, each can be made, and no picture is lost where one can't be after
/// all.</summary>
internal static class OutputFiles
{
    private const int LongestName = 255;

    private static readonly StringComparer s_comparer =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>What is wrong with files that would be written, if anything; to be asked before any work.</summary>
    /// <param name="outputs">The files.</param>
    /// <param name="inputs">What is read.</param>
    /// <param name="keep">Whether files that exist are kept.</param>
    public static IEnumerable<string> Refusals(IEnumerable<NamedFile> outputs, IEnumerable<NamedFile> inputs, bool keep)
    {
        Dictionary<string, NamedFile> taken = new(s_comparer);
        foreach (NamedFile input in inputs) taken.TryAdd(Real(input.Path), input);
        HashSet<string> folders = new(s_comparer);
        foreach (NamedFile output in outputs)
        {
            string real = Real(output.Path);
            if (taken.TryGetValue(real, out NamedFile? other))
            {
                yield return $"{output.What} '{output.Path}' is the same file as {other.What} '{other.Path}', which would be lost; name "
                    + $"another.";
                continue;
            }
            taken.Add(real, output);
            if (keep && File.Exists(output.Path))
                yield return $"{output.What} '{output.Path}' exists already, and --no-clobber keeps it; name another file.";
            else if (folders.Add(Path.GetDirectoryName(real) ?? "") && Unwritable(output) is { } refusal) yield return refusal;
            else if (NameRefusal(output.Path) is { } name) yield return $"{output.What}: {name}";
        }
    }

    /// <summary>What is wrong with the name of a file, if anything.</summary>
    public static string? NameRefusal(string path)
    {
        string name = Path.GetFileName(path);
        int bytes = OperatingSystem.IsWindows() ? name.Length : Encoding.UTF8.GetByteCount(name);
        return bytes > LongestName ? $"the name '{name}' would have {bytes} bytes; a file's name has at most {LongestName}." : null;
    }

    /// <summary>What is wrong with a name that previews would take too, if anything.</summary>
    /// <param name="output">The picture that they are named after.</param>
    /// <param name="inputs">What is read.</param>
    public static string? PreviewRefusal(string output, IEnumerable<NamedFile> inputs)
    {
        string real = Real(output), stem = Path.GetFileNameWithoutExtension(real) + "-";
        return inputs.FirstOrDefault(i => IsPreview(Real(i.Path))) is { } lost
            ? $"A preview could take the place of {lost.What} '{lost.Path}'; name another --output, or leave --preview-every out."
            : null;

        bool IsPreview(string path)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            return s_comparer.Equals(Path.GetDirectoryName(path), Path.GetDirectoryName(real))
                && s_comparer.Equals(Path.GetExtension(path), Path.GetExtension(real))
                && name.Length >= stem.Length + 4 && s_comparer.Equals(name[..stem.Length], stem)
                    && name[stem.Length..].All(char.IsAsciiDigit);
        }
    }

    /// <summary>Writes a picture; into the folder of temporary files where it can't be written under its name.</summary>
    /// <exception cref="IOException">It could not be written; the message says where it is instead.</exception>
    public static void Save(PlanarImage image, string path, PictureWriteOptions options, byte[]? alpha = null)
    {
        try
        {
            PictureFile.Save(image, path, options, alpha);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string rescue = Path.Combine(Path.GetTempPath(), $"mlnetstyle-{Path.GetRandomFileName()[..8]}{Path.GetExtension(path)}");
            try
            {
                PictureFile.Save(image, rescue, options, alpha);
            }
            catch (Exception f) when (f is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"'{path}' can't be written: {e.Message} Nor can '{rescue}': {f.Message}", e);
            }
            throw new IOException($"'{path}' can't be written: {e.Message} The picture was saved as '{rescue}' instead.", e);
        }
    }

    /// <summary>A path without symbolic links, as far as it exists.</summary>
    internal static string Real(string path) => Real(path, 0);

    private static string Real(string path, int links)
    {
        const int MostLinks = 40;
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } folder || links > MostLinks) return full;
        string at = Path.Combine(Real(folder, links), Path.GetFileName(full));
        try
        {
            return new FileInfo(at).LinkTarget is { } link ? Real(Path.Combine(Path.GetDirectoryName(at)!, link), links + 1) : at;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return at;
        }
    }

    private static string? Unwritable(NamedFile output)
    {
        try
        {
            WholeFile.Try(output.Path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(output.Path)) ?? output.Path;
            return File.Exists(output.Path) && e is UnauthorizedAccessException
                ? $"{output.What} '{output.Path}' can't be written: {e.Message}"
                : $"{output.What} '{output.Path}': no file can be made in the folder '{folder}'; name another, or give yourself the "
                    + $"permission.";
        }
    }
}
