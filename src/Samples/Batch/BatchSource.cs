using System.IO.Enumeration;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>The pictures that a batch is given: those of a folder, or of a list.</summary>
/// <param name="Root">The folder that relative paths begin from.</param>
/// <param name="Rows">The pictures, in order.</param>
/// <param name="LeftOut">Files of the folder that are no pictures by their names.</param>
internal sealed record BatchSource(string Root, IReadOnlyList<BatchRow> Rows, IReadOnlyList<string> LeftOut)
{
    /// <summary>Looks into a folder.</summary>
    /// <param name="folder">The folder; what begins with a dot in it is nobody's picture.</param>
    /// <param name="recursive">Whether folders inside count too; links to folders are not followed.</param>
    /// <param name="patterns">What names look like, with * and ?; where one has a '/', the path below the folder. None for all.</param>
    /// <param name="but">A folder that is left out: that of the results.</param>
    public static BatchSource OfFolder(string folder, bool recursive, IReadOnlyList<string> patterns, string but)
    {
        string root = Path.GetFullPath(folder);
        string own = OutputFiles.Real(but);
        List<string> pictures = [], others = [];
        Look(root);
        return new BatchSource(root, [.. pictures.Select(Relative).Order(StringComparer.Ordinal).Select(p => new BatchRow(p))],
            [.. others.Select(Relative).Order(StringComparer.Ordinal)]);

        string Relative(string file) => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');

        void Look(string at)
        {
            foreach (string file in Directory.EnumerateFiles(at))
            {
                if (Path.GetFileName(file).StartsWith('.')) continue;
                if (patterns.Count > 0 && !patterns.Any(p => Matches(p, Relative(file)))) continue;
                (PictureFile.IsPicture(file) ? pictures : others).Add(file);
            }
            if (!recursive) return;
            foreach (string inner in Directory.EnumerateDirectories(at))
            {
                DirectoryInfo info = new(inner);
                if (!info.Name.StartsWith('.') && info.LinkTarget is null && OutputFiles.Real(inner) != own) Look(inner);
            }
        }
    }

    private static bool Matches(string pattern, string path) =>
        FileSystemName.MatchesSimpleExpression(pattern, pattern.Contains('/') ? path : path.Split('/')[^1], ignoreCase: true);
}

/// <summary>A picture as it is given.</summary>
/// <param name="Path">Relative to the root, with '/' between its parts, or a full path.</param>
internal sealed record BatchRow(string Path)
{
    public IReadOnlyList<string>? Styles { get; init; }

    public double? Strength { get; init; }

    public string? Mask { get; init; }

    public string? Output { get; init; }
}
