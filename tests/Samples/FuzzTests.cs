using MLNetStyle.Fuzz;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Samples;

/// <summary>A few cases of every target of tools/Fuzz, which has the large campaigns.</summary>
public sealed class FuzzTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("networks", 400)]
    [InlineData("pictures", 600)]
    [InlineData("masks", 300)]
    [InlineData("reports", 200)]
    [InlineData("models", 40)]
    public void DamagedFilesAreReadOrRefused(string name, int cases)
    {
        Worker worker = new(Target.All.Single(t => t.Name == name), 11, _folder, null);
        for (int i = 0; i < cases; i++) Assert.Null(worker.Try(i));
        output.WriteLine($"{worker.Accepted} read, {string.Join(", ", worker.Refused.Select(r => $"{r.Value} {r.Key}"))}");
        Assert.InRange(worker.Refused.Values.Sum(), cases / 3, cases);
    }
}
