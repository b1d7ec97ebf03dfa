using System.Globalization;
using System.Text.RegularExpressions;
using MLNetStyle.Tests.Samples;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Clusters;

/// <summary>deploy/slurm: the sbatch file by itself, and on a real Slurm.</summary>
public sealed partial class SlurmTests
{
    private const int Shares = 4, Iterations = 60;

    private static string Script => Deployment.At("slurm/mlnetstyle.sbatch");

    private sealed class ArrayOfSharesFactAttribute : FactAttribute
    {
        public ArrayOfSharesFactAttribute() => Skip = new NeedsProgramsFactAttribute(true, SlurmCluster.Programs).Skip;
    }

    [ArrayOfSharesFact]
    public void AnArrayMakesEveryPictureOnceThoughTasksAreRequeuedAndKilledAndANodeDies()
    {
        using ShareFolder folder = new(Shares, Iterations);
        using SlurmCluster slurm = new(folder);
        string job = slurm.Expect("sbatch", ["--parsable", $"--array=0-{Shares - 1}", "--cpus-per-task=1", "--mem=0", "--output=task-%a.log",
            $"--export=ALL,MLNETSTYLE={folder.Program}", Script, .. folder.Arguments]).Trim();
        Dictionary<string, DateTime> written = [];
        HashSet<int> broken = [];

        int requeued = InMidPicture();
        slurm.Expect("scontrol", "requeue", $"{job}_{requeued}");
        int killed = InMidPicture();
        slurm.KillProgram(killed.ToString(CultureInfo.InvariantCulture));
        int lost = InMidPicture();
        string node = slurm.Expect("squeue", "-h", "-r", "-j", $"{job}_{lost}", "-o", "%N").Trim();
        slurm.KillNode(node);

        slurm.Wait("end of the array", () =>
        {
            string[] tasks = slurm.Ask("squeue", "-h", "-r", "-o", "%i %r").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (string task in tasks.Where(t => t.EndsWith(" BeginTime", StringComparison.Ordinal))) Hurry(task.Split(' ')[0]);
            return tasks.Length == 0;
        });
        folder.ExpectAll();
        Dictionary<string, DateTime> now = folder.Written();
        foreach ((string name, DateTime time) in written) Assert.True(now[name] == time, $"{name} was made twice");
        string[] states = [.. slurm.Expect("scontrol", "-o", "show", "job", job).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(Shares, states.Length);
        foreach (string state in states)
        {
            int task = int.Parse(TaskOf().Match(state).Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.Contains("JobState=COMPLETED", state);
            Assert.True((RestartsOf().Match(state).Groups[1].Value != "0") == broken.Contains(task), state);
        }
        Assert.Contains("node", slurm.Ask("sinfo", "-h", "-N", "-o", "node %N"));

        // A task whose large picture is at work, and which was not broken before.
        int InMidPicture()
        {
            int found = -1;
            slurm.Wait("task in mid-picture", () =>
            {
                found = Enumerable.Range(0, Shares).FirstOrDefault(t => !broken.Contains(t)
                    && folder.IsAtWork(ShareFolder.Name(Shares + t)) && File.Exists(folder.At($"out/{ShareFolder.Name(t)}")), -1);
                return found >= 0;
            });
            broken.Add(found);
            foreach ((string name, DateTime time) in folder.Written()) written.TryAdd(name, time);
            return found;
        }

        // Slurm lets a requeued task wait for two minutes.
        void Hurry(string task) => slurm.Ask("scontrol", "update", $"jobid={task}", "StartTime=now");
    }

    [NeedsProgramsFact(false, "bash")]
    public void ATaskThatIsInterruptedRequeuesItselfThreeTimesAndOneThatFailedDoesNot()
    {
        using Cli cli = new();
        (string Name, string Text)[] programs = [("mlnetstyle", "#!/bin/sh\necho \"$@\" >> calls\n[ \"$1$MODE\" = batchkill ] && kill -9 $$\n"
            + "[ \"$MODE\" = wait ] && { trap 'exit 75' TERM; echo ready > ready; while :; do sleep 0.05; done; }\nexit \"$MODE\"\n"),
            ("scontrol", "#!/bin/sh\necho \"$@\" >> requeues\n")];
        foreach ((string name, string text) in programs)
        {
            File.WriteAllText(cli.At(name), text);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cli.At(name), (UnixFileMode)0b111_101_101);
        }
        Assert.Equal((0, ""), Run("0", 0));
        Assert.Equal("batch a picture --shard 8\n", File.ReadAllText(cli.At("calls")));
        Assert.Equal((42, ""), Run("42", 0));
        Assert.Equal((2, ""), Run("2", 0));
        Assert.Equal((75, "requeue 10_7\n"), Run("75", 0));
        Assert.Equal((75, "requeue 10_7\n"), Run("75", 2));
        Assert.Equal((75, ""), Run("75", 3));
        Assert.Equal((137, "requeue 10_7\n"), Run("kill", 1));
        Assert.Equal((75, "requeue 10_7\n"), Run("wait", 0));

        (int Code, string Requeues) Run(string mode, int restarts)
        {
            File.Delete(cli.At("requeues"));
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash",
                [Script, "a picture"])
            {
                WorkingDirectory = cli.Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["PATH"] = cli.Folder + ":" + Environment.GetEnvironmentVariable("PATH"),
                    ["MODE"] = mode,
                    ["SLURM_RESTART_COUNT"] = restarts.ToString(CultureInfo.InvariantCulture),
                    ["SLURM_ARRAY_JOB_ID"] = "10",
                    ["SLURM_JOB_ID"] = "17",
                    ["SLURM_ARRAY_TASK_ID"] = "7",
                    ["SLURM_ARRAY_TASK_COUNT"] = "8",
                },
            })!;
            if (mode == "wait")
            {
                Assert.True(SpinWait.SpinUntil(() => File.Exists(cli.At("ready")), TimeSpan.FromSeconds(30)));
                BatchProcess.Terminated(process);
            }
            int code = Cli.Finish(process).Code;
            return (code, File.Exists(cli.At("requeues")) ? File.ReadAllText(cli.At("requeues")) : "");
        }
    }

    [GeneratedRegex(@"\bArrayTaskId=(\d+)")]
    private static partial Regex TaskOf();

    [GeneratedRegex(@"\bRestarts=(\d+)")]
    private static partial Regex RestartsOf();
}
