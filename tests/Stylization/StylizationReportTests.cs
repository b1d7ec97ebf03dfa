using System.Text.Json;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StylizationReportTests
{
    [Fact]
    public void HoldsNetworkOptionsAndAnEntryForEachIteration()
    {
        StylizationOptions options = new() { Size = 32, Iterations = 3, TvWeight = 0.5, Tolerance = 0 };
        StylizationResult result = StylizerTests.Run(options, StylizerTests.Picture(32, 20, 1), StylizerTests.Picture(40, 40, 2));
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName, path = Path.Combine(folder, "report.json");
        try
        {
            File.WriteAllText(path, "an older file");
            StylizationReport.Save(path, TinyNetwork.Shared.Network, options, result);
            Assert.Equal([path], Directory.GetFiles(folder));
            JsonElement report = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
            Assert.Equal(TinyNetwork.Shared.Network.Sha256, report.GetProperty("network").GetProperty("sha256").GetString());
            Assert.Equal("cpu", report.GetProperty("device").GetString());
            Assert.Equal(32, report.GetProperty("options").GetProperty("size").GetInt32());
            Assert.Equal("relu4_2", report.GetProperty("options").GetProperty("content_layers")[0].GetString());
            Assert.Equal(result.Evaluations, report.GetProperty("evaluations").GetInt32());
            Assert.True(report.GetProperty("peak_memory_bytes").GetInt64() > 1 << 20);
            Assert.True(report.GetProperty("seconds").GetProperty("total").GetDouble() > 0);
            JsonElement[] history = [.. report.GetProperty("history").EnumerateArray()];
            Assert.Equal(3, history.Length);
            string[] names = ["iteration", "evaluations", "seconds", "width", "height", "total", "content", "style", "tv", "network"];
            Assert.All(history, h => Assert.Equal(names, h.EnumerateObject().Select(p => p.Name)));
            Assert.Equal(result.History[2].Total, history[2].GetProperty("total").GetDouble());
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void AFolderThatIsNotThereIsAnErrorAndLeavesNothing() =>
        Assert.ThrowsAny<IOException>(() =>
            StylizationReport.Save(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "r.json"), TinyNetwork.Shared.Network,
            new(),
            StylizerTests.Run(new() { Size = 16, Iterations = 1 }, StylizerTests.Picture(16, 16, 1), StylizerTests.Picture(32, 32, 2))));
}
