using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using MLNetStyle.Tests.Support;

namespace MLNetStyle.Tests.Clusters;

/// <summary>Slurm on loopback: munge, a controller and two nodes of a core each, with all their files in one folder.</summary>
internal sealed class SlurmCluster : IDisposable
{
    /// <summary>The programs that it takes.</summary>
    public static string[] Programs => ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo", "setpriv", "chown"];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly ShareFolder _folder;
    private readonly List<Process> _daemons = [];
    private readonly Dictionary<string, Process> _nodes = [];

    /// <summary>Starts it; it is ready then.</summary>
    /// <param name="folder">Its files go into "cluster" there.</param>
    public SlurmCluster(ShareFolder folder)
    {
        _folder = folder;
        foreach (string inner in (string[])["munge", "state", "spool/n1", "spool/n2", "log"]) Directory.CreateDirectory(At(inner));
        File.WriteAllBytes(At("munge/key"), RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At("munge/key"), UnixFileMode.UserRead);
        File.WriteAllText(Configuration, Text());
        try
        {
            Expect("chown", "-R", "munge:munge", At("munge"));
            Daemon("munged", $"setpriv --reuid=munge --regid=munge --clear-groups munged -F --force --key-file={At("munge/key")} "
                + $"--socket={At("munge/sock")} --pid-file={At("munge/pid")} --log-file={At("munge/log")} --seed-file={At("munge/seed")}");
            Wait("munge", () => File.Exists(At("munge/sock")));
            Daemon("slurmctld", $"slurmctld -D -f {Configuration}");
            foreach (string node in (string[])["n1", "n2"]) _nodes[node] = Daemon($"slurmd-{node}", $"slurmd -D -N {node} -f {Configuration}");
            Wait("two idle nodes", () => Ask("sinfo", "-h", "-N", "-o", "%N %T").Split('\n').Count(l => l.EndsWith(" idle",
                StringComparison.Ordinal)) == 2);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Configuration => At("slurm.conf");

    /// <summary>Waits for something, with a limit.</summary>
    public void Wait(string what, Func<bool> there)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!there())
        {
            if (watch.Elapsed > s_patience) throw new TimeoutException($"No {what} after {s_patience}.\n{Tell()}");
            Thread.Sleep(40);
        }
    }

    /// <summary>Runs a program of Slurm and gives what it says.</summary>
    public string Expect(string program, params string[] arguments)
    {
        (int code, string output, string errors) = Run(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {code}, {errors}\n{Tell()}");
    }

    /// <summary>The same, where it may fail.</summary>
    public string Ask(string program, params string[] arguments) => Run(program, arguments).Out;

    /// <summary>Kills a node with -9: its daemon, what watches over its jobs, and the jobs.</summary>
    public void KillNode(string node)
    {
        _nodes[node].Kill();
        _nodes[node].WaitForExit();
        int[] jobs = [.. Processes(e => e.Contains($"SLURMD_NODENAME={node}"))];
        foreach (int job in jobs.Select(Parent).Where(p => File.ReadAllText($"/proc/{p}/cmdline").StartsWith("slurmstepd",
            StringComparison.Ordinal)).Distinct().ToArray()) Kill(job);
        foreach (int job in jobs) Kill(job);
    }

    /// <summary>Kills the program of a task with -9, and nothing else of it.</summary>
    public void KillProgram(string task) => Processes(e => e.Contains($"SLURM_ARRAY_TASK_ID={task}")).Where(p =>
        Path.GetFileName(File.ReadAllText($"/proc/{p}/cmdline").Split('\0')[0]) == "dotnet").ToList().ForEach(Kill);

    public void Dispose()
    {
        if (_daemons.Count > 2) Run("scancel", ["--user=root"]);
        foreach (Process daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited) daemon.Kill();
            daemon.WaitForExit();
            daemon.Dispose();
        }
        foreach (int left in Processes(_ => true))
        {
            int watcher = Parent(left);
            if (File.Exists($"/proc/{watcher}/cmdline") && File.ReadAllText($"/proc/{watcher}/cmdline").StartsWith("slurmstepd",
                StringComparison.Ordinal)) Kill(watcher);
            Kill(left);
        }
    }

    private string At(string name) => _folder.At($"cluster/{name}");

    private (int Code, string Out, string Err) Run(string program, string[] arguments) =>
        _folder.Run(NeedsProgramsFactAttribute.Find(program)!, arguments, ("SLURM_CONF", Configuration));

    // Its words go into a file: nobody reads a pipe of it.
    private Process Daemon(string name, string command)
    {
        Process daemon = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {command} >'{At($"log/{name}.out")}' 2>&1"])
        {
            Environment = { ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin" },
        })!;
        _daemons.Add(daemon);
        return daemon;
    }

    // Jobs of this cluster, by the configuration in their environment.
    private IEnumerable<int> Processes(Func<string[], bool> which)
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id)) continue;
            string[] environment;
            try
            {
                environment = Encoding.UTF8.GetString(File.ReadAllBytes($"{folder}/environ")).Split('\0');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // it has ended
            }
            if (environment.Contains($"SLURM_CONF={Configuration}") && environment.Any(v => v.StartsWith("SLURM_JOB_ID=",
                StringComparison.Ordinal)) && which(environment)) yield return id;
        }
    }

    private static int Parent(int process)
    {
        try
        {
            return int.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal))[5..],
                System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void Kill(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            found.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private string Tell() => $"{Ask("squeue", "-r")}\n" + string.Join('\n', Directory.GetFiles(At("log")).Select(f =>
        $"== {Path.GetFileName(f)}\n{string.Join('\n', File.ReadLines(f).TakeLast(12))}"));

    private string Text()
    {
        string host = Dns.GetHostName();
        int[] ports = FreePorts.Take(3);
        return $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={ports[0]}
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={At("munge/sock")}
            CredType=cred/munge
            CommunicationParameters=NoAddrCache,NoCtldInAddrAny,NoInAddrAny
            StateSaveLocation={At("state")}
            SlurmdSpoolDir={At("spool")}/%n
            SlurmctldPidFile={At("slurmctld.pid")}
            SlurmdPidFile={At("slurmd")}-%n.pid
            SlurmctldLogFile={At("log/slurmctld.log")}
            SlurmdLogFile={At("log")}/slurmd-%n.log
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerType=sched/backfill
            SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
            ReturnToService=2
            MpiDefault=none
            SwitchType=switch/none
            SlurmdTimeout=15
            InactiveLimit=0
            KillWait=5
            MinJobAge=300
            JobRequeue=1
            SlurmdParameters=config_overrides
            NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=2000 State=UNKNOWN
            NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=2000 State=UNKNOWN
            PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP

            """;
    }
}
