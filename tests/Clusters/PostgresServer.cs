using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Tests.Support;

namespace MLNetStyle.Tests.Clusters;

/// <summary>PostgreSQL on loopback, with all its files in one folder.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const string User = "postgres";

    private readonly ShareFolder _folder;
    private readonly int _port;

    /// <summary>Starts it; it is ready then.</summary>
    /// <param name="folder">Its files go into "db" there.</param>
    public PostgresServer(ShareFolder folder)
    {
        _folder = folder;
        _port = FreePorts.Take(1)[0];
        Directory.CreateDirectory(folder.At("db"));
        Expect("chown", User, folder.At("db"));
        AsUser("initdb", "-D", folder.At("db/data"), "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-U", User);
        AsUser("pg_ctl", "-D", folder.At("db/data"), "-l", folder.At("db/log"), "-w", "-o", $"-p {_port} -c listen_addresses=127.0.0.1 "
            + $"-c unix_socket_directories={folder.At("db")} -c shared_buffers=32MB -c fsync=off", "start");
    }

    /// <summary>The programs that it takes.</summary>
    public static string[] Programs => ["initdb", "pg_ctl", "postgres", "setpriv", "chown"];

    /// <summary>How it is reached.</summary>
    public string Connection => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database={User};Username={User}");

    public void Dispose() => AsUser("pg_ctl", "-D", _folder.At("db/data"), "-m", "immediate", "stop");

    private void AsUser(string program, params string[] arguments) => Expect("setpriv", [$"--reuid={User}", $"--regid={User}",
        "--clear-groups", NeedsProgramsFactAttribute.Find(program)!, .. arguments]);

    // The server keeps the outputs of what starts it: they are none of ours.
    private static void Expect(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. arguments])
        {
            WorkingDirectory = "/",
        })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {process.ExitCode}");
    }
}
