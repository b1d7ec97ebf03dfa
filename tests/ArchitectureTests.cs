using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace MLNetStyle.Tests;

/// <summary>The house that docs/architecture.md draws: every folder of the library has its place, and an arrow only goes down.</summary>
public sealed partial class ArchitectureTests
{
    // From the ground up; a folder may use those before it.
    private static readonly string[] s_folders =
    [
        "Imaging", "Imaging/Files", "Kernels/Memory", "Kernels/Threading", "Kernels/Simd", "Kernels/Convolution",
        "Graphs", "Graphs/Rules", "Networks/Files", "Networks", "Losses", "Optimization",
        "Stylization/Options", "Stylization/Styles", "Stylization/Engines", "Stylization/Results", "Stylization",
        "Training/Networks", "Training",
        "Pipeline/Images", "Pipeline/Compute", "Pipeline/Rows", "Pipeline/Saving", "Pipeline",
        "Pipeline/LoadPictures", "Pipeline/DecodeImages", "Pipeline/SaveImages", "Pipeline/PreserveColor", "Pipeline/VggFeatures",
        "Pipeline/GramStatistics", "Pipeline/StyleDistance",
        "Pipeline/StyleTransfer", "Pipeline/LearnStyle", "Pipeline/FastStyleTransfer", "Pipeline/Export", "Pipeline/Catalog",
    ];

    // Members that are called like a type elsewhere: a kernel, a start, weights of places.
    private static readonly HashSet<(string File, string Name)> s_members =
    [
        ("KernelSet.Image.cs", "ImagePixels"), ("StartImage.cs", "Noise"),
        ("ColorStatistics.cs", "Weight"), ("NeighborCall.cs", "Weight"), ("NeighborField.cs", "Weight"),
    ];

    [Fact]
    public void EveryFolderHasItsPlace() => Assert.Equal(
        s_folders.Order(StringComparer.Ordinal), Sources().Select(s => s.Folder).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void AnArrowOnlyGoesDown()
    {
        // A type in parts belongs to the lowest of them.
        Source[] sources = [.. Sources().OrderBy(s => Array.IndexOf(s_folders, s.Folder))];
        Dictionary<string, string> owners = [];
        foreach (Source source in sources)
            foreach (Match type in Declaration().Matches(source.Text)) owners.TryAdd(type.Groups[1].Value, source.Folder);
        Assert.True(owners.Count > 200, $"only {owners.Count} types were found in the sources");
        List<string> upward = [];
        foreach (Source source in sources)
        {
            int place = Array.IndexOf(s_folders, source.Folder);
            IEnumerable<string> names = Name().Matches(WithoutText(source.Text)).Select(m => m.Value).Distinct();
            foreach (string name in names)
            {
                if (owners.TryGetValue(name, out string? folder) && Array.IndexOf(s_folders, folder) > place
                    && !s_members.Contains((source.Name, name)))
                    upward.Add($"{source.Folder}/{source.Name} uses {name} of {folder}");
            }
        }
        Assert.Empty(upward);
    }

    [Fact]
    public void ATypeIsInTheNamespaceOfItsFloorOrInTheOneThatUsersSee()
    {
        foreach (Source source in Sources())
        {
            string space = Namespace().Match(source.Text).Groups[1].Value, floor = source.Folder.Split('/')[0];
            Assert.True(space == "MLNetStyle" || space == $"MLNetStyle.{floor}",
                $"{source.Folder}/{source.Name} is in the namespace {space}");
        }
    }

    [Fact]
    public void WhatIsPublicIsInTheNamespaceThatUsersSee() => Assert.All(
        typeof(Stylizer).Assembly.GetExportedTypes(), type => Assert.Equal("MLNetStyle", type.Namespace));

    [Fact]
    public void OnlyThePipelineKnowsMLNet() => Assert.All(
        Sources().Where(s => !s.Folder.StartsWith("Pipeline", StringComparison.Ordinal)), source =>
            Assert.DoesNotMatch(MLNet(), source.Text));

    [Fact]
    public void OnlyGraphsAndWhatRunsThemKnowOnnxRuntime() => Assert.All(
        Sources().Where(s => s.Folder.Split('/')[0] is "Imaging" or "Kernels" or "Optimization" or "Pipeline"),
        source => Assert.DoesNotContain("Microsoft.ML.OnnxRuntime", source.Text, StringComparison.Ordinal));

    private static string WithoutText(string source) => Quoted().Replace(Comment().Replace(source, ""), "\"\"");

    private static IEnumerable<Source> Sources()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../src/Transforms"));
        Assert.True(Directory.Exists(root), $"the sources are looked for in {root}");
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/');
            if (folder.Split('/')[0] is not ("bin" or "obj")) yield return new Source(folder == "." ? "" : folder, Path.GetFileName(file),
                file, File.ReadAllText(file));
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(
        @"^(?:public|internal|file)(?: (?:sealed|static|abstract|partial|readonly|unsafe|ref))* (?:class|record struct|record|struct|enum|interface|delegate [\w<>?]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w+")]
    private static partial Regex Name();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    [GeneratedRegex("\\$?\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bMicrosoft\.ML\b(?!\.OnnxRuntime)(?=[.;]|\s*$)", RegexOptions.Multiline)]
    private static partial Regex MLNet();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    private sealed record Source(string Folder, string Name, string File, string Text);
}
