using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MLNetStyle.Queues;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Samples;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Clusters;

/// <summary>batch --queue and worker, on a real PostgreSQL.</summary>
public sealed partial class QueueTests
{
    /// <summary>A worker whose batches break in the picture that is named first.</summary>
    public const string Command = "run-worker";

    private const int Shares = 4, Iterations = 60, Width = 512;
    private const string Poison = "poison.png";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90), s_fresh = TimeSpan.FromMilliseconds(500);

    public static int RunWorker(string[] arguments) => CommandRunner.RunAsync([WorkerCommand.Create("dotnet",
        typeof(QueueTests).Assembly.Location, BatchProcess.Command, BatchProcess.Poison(arguments[0]))],
        ["worker", .. arguments[1..]]).Result;

    private sealed class QueueFactAttribute : FactAttribute
    {
        public QueueFactAttribute() => Skip = new NeedsProgramsFactAttribute(true, PostgresServer.Programs).Skip;
    }

    [QueueFact]
    public void WorkersMakeEveryPictureOnceThoughTheyAreStoppedAndKilledAndAPictureKillsItsProcess()
    {
        using ShareFolder folder = new(Shares, Iterations, Width);
        using PostgresServer server = new(folder);
        File.Copy(folder.At($"in/{ShareFolder.Name(0)}"), folder.At($"in/{Poison}"));
        string[] batch = ["-q", "false", "batch", .. folder.Arguments, "--queue", server.Connection, "--share-size", "3"];
        const int Queued = Shares + 1; // thirteen pictures
        Assert.Contains($"13 pictures left: {Queued} of {Queued} shares put into", Told(batch));
        Assert.Contains($"13 pictures left: 0 of {Queued} shares put into", Told([.. batch, "--retry-failed"]));

        List<Worker> workers = [Started(), Started()];
        try
        {
            Wait("two workers", () => workers.All(w => w.Said.Contains("Waiting for shares", StringComparison.Ordinal)));
            (int refused, _, string why) = folder.Run("dotnet", [typeof(CommandRunner).Assembly.Location, "worker", "--queue",
                server.Connection, "--lost-after", "60"]);
            Assert.Equal(1, refused);
            Assert.Contains("at work with a lost-after of 5 seconds", why);

            // One is asked to stop in mid-picture: it gives the share back and goes.
            Worker first = InMidPicture();
            BatchProcess.Terminated(first.Process);
            Assert.True(first.Ended() == 0, first.Said);
            Assert.True(first.Said.Contains("given back", StringComparison.Ordinal), first.Said);
            folder.ExpectSound(); // what was cut short was dropped
            workers.Remove(first);
            workers.Add(Started());

            // One is killed: what it had started ends by itself, and another takes the share.
            Worker second = InMidPicture();
            Dictionary<string, DateTime> written = folder.Written();
            int child = 0;
            Wait("batch of the worker that is to be killed", () => (child = ChildOf(second.Process.Id)) != 0);
            second.Process.Kill();
            Wait("end of what the killed worker had started", () => HasEnded(child));
            folder.ExpectSound();
            Wait("every picture", () => folder.Written().Count == 3 * Shares && File.Exists(folder.At($"out/failed/{Poison}.json")));
            workers.Remove(second);
            Worker last = Assert.Single(workers);
            Wait("end of the last share", () => !Begun(last).Except(Ended(last)).Any());
            BatchProcess.Terminated(last.Process);
            Assert.True(last.Ended() == 0, last.Said);
            folder.ExpectAll(Poison);
            Assert.Contains("ended 3 times", File.ReadAllText(folder.At($"out/failed/{Poison}.json")));
            foreach ((string name, DateTime time) in written) Assert.True(folder.Written()[name] == time, $"{name} was made twice");
            Assert.Contains("Nothing to do", Told(batch, BatchCommand.SomeFailed));
        }
        finally
        {
            foreach (Worker worker in workers.Where(w => !w.Process.HasExited)) worker.Process.Kill();
        }

        string Told(string[] arguments, int expected = 0)
        {
            (int code, string output, string errors) = folder.Run("dotnet", [typeof(CommandRunner).Assembly.Location, .. arguments]);
            Assert.True(code == expected, $"{code}: {output}{errors}");
            return errors;
        }

        Worker Started() => new(folder.Path, [Poison, "--queue", server.Connection, "--lost-after", "5"]);

        Worker InMidPicture()
        {
            Worker? found = null;
            Wait("worker in mid-picture", () => (found = workers.Find(IsInMidPicture)) is not null);
            return found!;
        }

        // Only just begun, so that it can't be over before it is broken.
        bool IsInMidPicture(Worker worker) => Enumerable.Range(Shares, Shares).Any(line => folder.IsAtWork(ShareFolder.Name(line))
            && Begun(worker).Except(Ended(worker)).Contains(line % Queued) && DateTime.UtcNow
            - File.GetLastWriteTimeUtc(folder.At($"out/.mlnetstyle/pictures/{ShareFolder.Name(line)}.json")) < s_fresh);

        void Wait(string what, Func<bool> there)
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!there())
            {
                if (watch.Elapsed > s_patience)
                    Assert.Fail($"No {what} after {s_patience}.\n{string.Join("\n==\n", workers.Select(w => w.Said))}");
                Thread.Sleep(40);
            }
        }
    }

    [Fact]
    public void WhatIsWrongWithAQueueIsSaidWithoutItsPassword()
    {
        using Cli cli = new();
        (int code, _, string errors) = cli.Run("worker");
        Assert.Equal((2, true), (code, errors.Contains("No --queue is given, and MLNETSTYLE_QUEUE is not set", StringComparison.Ordinal)));
        foreach (string wrong in (string[])["pictures", "Database=pictures", "Hots=a;Password=secret"])
        {
            (code, _, errors) = cli.Run("worker", "--queue", wrong);
            Assert.Equal(2, code);
            Assert.Contains("connection string", errors);
            Assert.DoesNotContain("secret", errors);
        }
        string connection = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={FreePorts.Take(1)[0]};Password=secret");
        (code, _, errors) = cli.Run("worker", "--queue", connection, "--dashboard", "70000");
        Assert.Equal((2, true), (code, errors.Contains("--dashboard is '70000'", StringComparison.Ordinal)));
        (code, _, errors) = cli.Run("worker", "--queue", connection);
        Assert.True(code == 1, errors);
        Assert.Contains("The queue '127.0.0.1:", errors);
        Assert.Contains("can't be opened", errors);
        Assert.DoesNotContain("secret", errors);
        PictureFile.Save(CommandLineTests.Picture(1, 32, 24), cli.At("a.png"));
        (code, _, errors) = cli.Run("batch", ".", "--style", "a.png", "--output-dir", "out", "--queue", connection, "--shard", "0/2");
        Assert.Equal((2, true), (code, errors.Contains("--queue can't be combined with --shard", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("MLNetStyle.Queues.ShareJobs, MLNetStyle.Hangfire")]
    public void AQueueNamesNoOtherType(string name) => Assert.Throws<TypeLoadException>(() => JobTypes.Find(name));

    [Fact]
    public void AQueueNamesTheJob()
    {
        Assert.Equal(typeof(ShareJob), JobTypes.Find("MLNetStyle.Queues.ShareJob, MLNetStyle.Hangfire"));
        Assert.Equal(typeof(string[]), JobTypes.Find("System.String[], mscorlib"));
    }

    // A process that a thread of another started; 0 for none. Threads come and go.
    private static int ChildOf(int process)
    {
        foreach (string thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                string first = File.ReadAllText(thread + "/children").Split(' ')[0];
                if (int.TryParse(first, CultureInfo.InvariantCulture, out int child)) return child;
            }
            catch (IOException)
            {
                // It has gone.
            }
        }
        return 0;
    }

    // Nobody may be there to ask a process how it ended: it stays as a zombie then.
    private static bool HasEnded(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static IEnumerable<int> Begun(Worker worker) => Numbers(worker, "begun");

    private static IEnumerable<int> Ended(Worker worker) => Numbers(worker, "all done|some pictures failed|given back");

    private static IEnumerable<int> Numbers(Worker worker, string what) => Line().Matches(worker.Said).Where(m =>
        Regex.IsMatch(m.Groups[2].Value, $"^({what})")).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^share (\d+) of \d+, '[^']*': (.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    private sealed class Worker
    {
        private readonly List<string> _said = [];

        public Worker(string folder, string[] arguments)
        {
            Process = Process.Start(new ProcessStartInfo("dotnet", [typeof(QueueTests).Assembly.Location, Command, .. arguments])
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
            })!;
            Process.ErrorDataReceived += (_, line) =>
            {
                lock (_said) _said.Add(line.Data ?? "");
            };
            Process.BeginErrorReadLine();
        }

        public Process Process { get; }

        /// <summary>Waits for its end, and for what it said until then; gives the exit code, or -1 if it doesn't end.</summary>
        public int Ended()
        {
            if (!Process.WaitForExit(s_patience)) return -1;
            Process.WaitForExit();
            return Process.ExitCode;
        }

        public string Said
        {
            get
            {
                lock (_said) return string.Join('\n', _said);
            }
        }
    }
}
