namespace MLNetStyle.Samples.CommandLine;

/// <summary>The repository's own pictures, found from the working folder or from the program upwards.</summary>
internal static class SamplePictures
{
    /// <summary>The style that stands first, because it shows most.</summary>
    private const string First = "swirling_oil";

    /// <summary>A picture by its name.</summary>
    /// <param name="kind">The folder: content or style.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="option">The option that would name another, for the message.</param>
    /// <exception cref="UsageException">It was not found.</exception>
    public static string Find(string kind, string file, string option) =>
        Folders(kind).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
        ?? throw new UsageException([$"The repository's picture samples/{kind}/{file} was not found from here; name one with {option} "
            + $"FILE."]);

    /// <summary>All pictures of a folder, as they are written from the working folder.</summary>
    /// <param name="kind">The folder: content or style.</param>
    /// <param name="option">The option that would name others, for the message.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static string[] Folder(string kind, string option) =>
        Folders(kind).Where(Directory.Exists)
            .Select(folder => Directory.EnumerateFiles(folder).Where(PictureFile.IsPicture).Select(Written).OrderBy(f =>
                Path.GetFileNameWithoutExtension(f) != First).ThenBy(f => f, StringComparer.Ordinal).ToArray())
            .FirstOrDefault(files => files.Length > 0)
        ?? throw new UsageException([$"The repository's pictures samples/{kind} were not found from here; name some with {option} FILE."]);

    private static IEnumerable<string> Folders(string kind)
    {
        foreach (string start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
            for (DirectoryInfo? at = new(start); at is not null; at = at.Parent) yield return Path.Combine(at.FullName, "images", kind);
    }

    private static string Written(string file)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }
}
