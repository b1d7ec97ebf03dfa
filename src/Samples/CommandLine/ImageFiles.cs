namespace MLNetStyle.Samples.CommandLine;

/// <summary>What is wrong with the files that a command is given.</summary>
internal static class ImageFiles
{
    /// <summary>Null if the file can be read as a picture, else what is wrong with it.</summary>
    public static string? Refusal(string path, string what)
    {
        if (Directory.Exists(path)) return $"{what} '{path}' is a folder; name a picture file.";
        if (!File.Exists(path)) return $"{what} '{path}' does not exist.";
        return null;
    }

    /// <summary>Null if a file is there, else what is wrong.</summary>
    public static string? FileRefusal(string path, string what) => Directory.Exists(path) ? $"{what} '{path}' is a folder; name a file."
        : File.Exists(path) ? null : $"{what} '{path}' does not exist.";

    /// <summary>Null if a picture can be written there, else what is wrong.</summary>
    public static string? OutputRefusal(string path, string option)
    {
        if (!PictureFile.CanWrite(path))
            return $"{option} '{path}' ends in '{Path.GetExtension(path)}'; pictures are written as .png, .jpg, .jpeg or .webp.";
        if (Directory.Exists(path)) return $"{option} '{path}' is a folder; name a file.";
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is not null && !Directory.Exists(folder) ? $"{option} '{path}': the folder '{folder}' does not exist; make it first."
            : null;
    }

    /// <summary>The name of a preview: out.png becomes out-0050.png.</summary>
    public static string PreviewName(string path, int iteration) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "",
            $"{Path.GetFileNameWithoutExtension(path)}-{iteration:D4}{Path.GetExtension(path)}");
}
