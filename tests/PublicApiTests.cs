using System.Runtime.CompilerServices;
using PublicApiGenerator;
using Xunit;

namespace MLNetStyle.Tests;

/// <summary>What is public is written down in src/Transforms/PublicAPI.txt, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private const string Refresh = "MLNETSTYLE_WRITE_API";

    [Fact]
    public void ThePublicApiIsWhatIsWrittenDown()
    {
        string file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../src/Transforms/PublicAPI.txt"));
        string found = typeof(StyleCatalog).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(Refresh) == "1") File.WriteAllText(file, found);
        string written = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        string[] before = written.Split('\n'), now = found.Split('\n');
        Assert.True(written == found, $"The public API has changed. If that is meant, run this test with {Refresh}=1 and commit the file.\n"
            + $"gone:\n{string.Join("\n", before.Except(now))}\nnew:\n{string.Join("\n", now.Except(before))}");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
