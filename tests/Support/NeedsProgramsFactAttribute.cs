using Xunit;

namespace MLNetStyle.Tests.Support;

/// <summary>A test that runs programs of Unix; skipped, by name, where one of them is missing.</summary>
public sealed class NeedsProgramsFactAttribute : FactAttribute
{
    // Debian keeps a server's programs apart, by version.
    private static readonly string[] s_postgres = Directory.Exists("/usr/lib/postgresql")
        ? [.. Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin"))] : [];

    /// <summary>Looks for programs.</summary>
    /// <param name="asRoot">Whether the test can only be run by root.</param>
    /// <param name="programs">Their names.</param>
    public NeedsProgramsFactAttribute(bool asRoot, params string[] programs)
    {
        string[] missing = [.. programs.Where(p => Find(p) is null)];
        Skip = OperatingSystem.IsWindows() ? "It runs programs of Unix."
            : missing.Length > 0 ? $"It takes {string.Join(", ", missing)}: eng/install-test-servers.sh installs them."
            : asRoot && Environment.UserName != "root" ? "It starts daemons that only root may start." : null;
    }

    /// <summary>Where a program is; null for nowhere.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin").Concat(s_postgres).Where(f => f.Length > 0).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
}
