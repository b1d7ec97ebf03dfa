using Microsoft.ML;
using Xunit;

namespace MLNetStyle.Tests.Offline;

public sealed class ApiTests
{
    [Fact]
    public void The_stand_in_has_no_public_line_that_the_real_one_lacks()
    {
        HashSet<string> real = [.. Read("public-api-5.0.0.txt").Concat(Read("additions.txt")).Select(WithoutAssembly)];
        string[] unknown = [.. ApiLines.Of(typeof(MLContext).Assembly).Select(WithoutAssembly).Where(line => !real.Contains(line))];
        Assert.True(unknown.Length == 0, "Public in the stand-in, but not in Microsoft.ML 5.0.0:\n" + string.Join("\n", unknown));
    }

    [Fact]
    public void The_lines_are_made_in_the_form_of_the_list()
    {
        string[] lines = [.. ApiLines.Of(typeof(MLContext).Assembly).Select(WithoutAssembly)];
        Assert.True(lines.Length > 300, $"Only {lines.Length} lines.");
        Assert.Contains("M Microsoft.ML.Data.VBufferEditor | static Microsoft.ML.Data.VBufferEditor<T> Create<T>(ref Microsoft.ML.Data.VBuffer<T> destination, "
            + "int newLogicalLength, int? valuesCount = null, int? maxValuesCapacity = null, bool keepOldOnResize = false, bool requireIndicesOnDense = false)", lines);
        Assert.Contains("T | Microsoft.ML.IEstimator<TTransformer> | interface", lines);
    }

    // What the list does not hold, though its own lines name it or the worked examples, which ran against the real one, use it.
    [Fact]
    public void Additions_are_few_and_not_in_the_list()
    {
        string[] listed = [.. Read("public-api-5.0.0.txt")], added = [.. Read("additions.txt")];
        Assert.True(added.Length <= 10);
        Assert.Empty(added.Intersect(listed));
    }

    private static IEnumerable<string> Read(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "mlnet", name)).Where(line => line.Length > 0);

    private static string WithoutAssembly(string line) => line.StartsWith('T') ? "T" + line[line.IndexOf(" | ", StringComparison.Ordinal)..] : line;
}
