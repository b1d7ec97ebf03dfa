using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Clusters;

/// <summary>deploy/parallel on a real GNU parallel.</summary>
public sealed class ParallelTests
{
    [NeedsProgramsFact(false, "bash", "parallel")]
    public void SharesSideBySideMakeEveryPictureAndRunAgainDoNothing()
    {
        using ShareFolder folder = new(2, 2);
        (string, string)[] environment = [("MLNETSTYLE", folder.Program), ("SHARDS", "2"), ("JOBS", "2"), ("JOBLOG", "log")];
        string script = Deployment.At("parallel/mlnetstyle-parallel");
        File.WriteAllText(folder.At("in/broken one.png"), "no picture");
        (int code, string output, string errors) = folder.Run("bash", [script, .. folder.Arguments], environment);
        Assert.True(code == BatchCommand.SomeFailed, $"{code}: {output}{errors}");
        Assert.Contains("6 done, 1 failed, 0 left", output);
        Assert.Equal(["1", "2"], File.ReadLines(folder.At("log")).Skip(1).Select(l => l.Split('\t')[0]).Order());
        File.Delete(folder.At("in/broken one.png"));
        File.Delete(folder.At("log"));
        Directory.Delete(folder.At("out"), recursive: true);
        (code, output, errors) = folder.Run("bash", [script, .. folder.Arguments], environment);
        Assert.True(code == 0, $"{code}: {output}{errors}");
        folder.ExpectAll();
        Dictionary<string, DateTime> written = folder.Written();
        (code, output, _) = folder.Run("bash", [script, .. folder.Arguments], environment);
        Assert.Equal(0, code);
        Assert.Equal("6 done, 0 failed, 0 left", output.Trim());
        Assert.Equal(written, folder.Written());
    }
}
