using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>The floors of the library: an arrow only goes down.</summary>
public partial class ArchitectureTests
{
    private static readonly string[] Floors = ["Imaging", "Kernels", "Graphs", "Networks", "Losses", "Stylization", "Pipeline"];

    [Fact]
    public void AnArrowOnlyGoesDown()
    {
        List<string> upward = [];
        foreach ((string file, string folder, string text) in Sources())
        {
            int floor = Array.IndexOf(Floors, folder);
            foreach (Match match in Reference().Matches(text))
            {
                int target = Array.IndexOf(Floors, match.Groups[1].Value is "Portable" ? "Pipeline" : match.Groups[1].Value);
                if (floor >= 0 && target > floor) upward.Add($"{file}: {match.Value}");
            }
        }
        Assert.Empty(upward);
    }

    [Fact]
    public void OnlyThePipelineKnowsMLNet()
    {
        List<string> known = [];
        foreach ((string file, string folder, string text) in Sources())
        {
            if (folder != "Pipeline" && MLNet().IsMatch(text)) known.Add(file);
        }
        Assert.Empty(known);
    }

    [Fact]
    public void OnlyGraphsAndWhatRunsThemKnowOnnxRuntime()
    {
        foreach ((string file, string folder, string text) in Sources())
            Assert.False(folder is "Imaging" or "Pipeline" or "Kernels" && text.Contains("Microsoft.ML.OnnxRuntime"), file);
    }

    [Fact]
    public void EveryFolderIsAFloorAndEveryFileIsInTheNamespaceOfItsFloor()
    {
        foreach ((string file, string folder, string text) in Sources())
        {
            Assert.True(Floors.Contains(folder) || folder == "Kernels", $"{file} is on no floor");
            string space = Namespace().Match(text).Groups[1].Value;
            string[] allowed = folder == "Pipeline" ? ["MLNetStyle", "MLNetStyle.Pipeline", "MLNetStyle.Portable"] : ["MLNetStyle", $"MLNetStyle.{folder}"];
            Assert.True(space == "" || allowed.Any(name => space == name || (folder != "Pipeline" && space.StartsWith($"{name}."))), $"{file} is in the namespace {space}");
        }
    }

    private static IEnumerable<(string File, string Folder, string Text)> Sources()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../src/Transforms"));
        Assert.True(Directory.Exists(root), $"the sources are looked for in {root}");
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (parts[0] is not ("bin" or "obj") && parts.Length > 1) yield return (file, parts[0], File.ReadAllText(file));
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"(?:using (?:static )?|[^\w.])MLNetStyle\.(Imaging|Graphs|Networks|Losses|Stylization|Pipeline|Portable)\b")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\bMicrosoft\.ML\b(?!\.OnnxRuntime)(?=[.;]|\s*$)", RegexOptions.Multiline)]
    private static partial Regex MLNet();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
