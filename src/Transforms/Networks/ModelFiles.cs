using MLNetStyle.Networks;

namespace MLNetStyle;

/// <summary>Where the files of networks are looked for.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public static class ModelFiles
{
    /// <summary>The environment variable with folders of model files, separated as in PATH.</summary>
    public const string Variable = "MLNETSTYLE_MODELS";

    /// <summary>The name of the network that is taken if none is named: it comes with the library.</summary>
    public const string DefaultNetwork = "compact";

    private const string Folder = "onnx-models";
    private static IReadOnlyList<string> Extensions => TensorFiles.Extensions;

    /// <summary>The user's own folder of model files: mlnetstyle/models in the cache folder of the system.</summary>
    public static string CacheFolder
    {
        get
        {
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
                cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), OperatingSystem.IsMacOS()
                        ? "Library/Caches" : ".cache");
            return Path.Combine(cache, "mlnetstyle", "models");
        }
    }

    /// <summary>
    /// The folders that a name is looked for in, in their order: those of <see cref="Variable"/>, onnx-models beside the program (where the
    /// package
    /// MLNetStyle.Vgg19 puts its file), <see cref="CacheFolder"/>. Some may not exist. The working folder is none of them: what lies where
    /// a program
    /// happens to be started is not its own.
    /// </summary>
    public static IReadOnlyList<string> Folders()
    {
        List<string> folders = [];
        foreach (string folder in (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            folders.Add(Path.GetFullPath(folder));
        folders.Add(Path.Combine(AppContext.BaseDirectory, Folder));
        folders.Add(CacheFolder);
        return [.. folders.Distinct()];
    }

    /// <summary>Looks for a network's file.</summary>
    /// <param name="nameOrFile">A name such as "vgg19", or a path.</param>
    /// <returns>The full path; null if there is none.</returns>
    public static string? Find(string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrFile);
        if (IsPath(nameOrFile)) return File.Exists(nameOrFile) ? Path.GetFullPath(nameOrFile)
            : InFolders(Path.GetFileName(nameOrFile) == nameOrFile ? [nameOrFile] : []);
        string name = nameOrFile.Trim().ToLowerInvariant();
        string[] names = [.. Extensions.Select(e => name + e)];
        return InFolders(KnownModel.Of(name) is { } known ? [.. names.Union([known.File])] : names);
    }

    /// <summary>Finds a network's file.</summary>
    /// <param name="nameOrFile">A name such as "vgg19", or a path.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="FileNotFoundException">There is none; for a known name the message says where to get one and where to put
    /// it.</exception>
    public static string Locate(string nameOrFile)
    {
        return Find(nameOrFile) ?? throw Missing(nameOrFile);
    }

    /// <summary>The error for a network that was not found.</summary>
    internal static FileNotFoundException Missing(string nameOrFile)
    {
        string advice = $"Put it into a folder named by the environment variable {Variable}, into '{CacheFolder}' or into {Folder}/ "
            + $"beside the program, "
            + "or give its path in place of the name.";
        if (IsPath(nameOrFile)) return new FileNotFoundException($"There is no network file '{nameOrFile}'. {advice}", nameOrFile);
        KnownModel? known = KnownModel.Of(nameOrFile);
        string what = known is null
            ? $"'{nameOrFile}' is no network known by name; known are {string.Join(", ", KnownModel.All.Select(m => m.Name))}. Another "
                + $"one is found as {nameOrFile}.safetensors."
            : $"The weights of {known.Title} are not here. {known.HowToGet}";
        if (known is null) return new FileNotFoundException($"{what} {advice} Looked in: {string.Join(", ", Folders())}.", nameOrFile);
        return new FileNotFoundException($"{what} Looked for {known.File} (or {string.Join(", ", Extensions.Skip(1))}) in "
            + $"{string.Join(", ", Folders())}; {Variable} names more folders.", nameOrFile);
    }

    /// <summary>Whether a text names a file rather than a network.</summary>
    internal static bool IsPath(string nameOrFile) =>
        nameOrFile.Contains('/') || nameOrFile.Contains(Path.DirectorySeparatorChar)
            || Extensions.Contains(Path.GetExtension(nameOrFile).ToLowerInvariant());

    private static string? InFolders(string[] names)
    {
        foreach (string folder in Folders())
            foreach (string name in names)
                if (Path.Combine(folder, name) is var path && File.Exists(path)) return path;
        return null;
    }
}
