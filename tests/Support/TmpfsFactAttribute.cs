using System.Diagnostics;
using Xunit;

namespace MLNetStyle.Tests.Support;

/// <summary>A test that mounts a small file system in memory; skipped where that is not permitted.</summary>
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_permitted = new(() =>
    {
        if (!OperatingSystem.IsLinux()) return false;
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-mount-").FullName;
        try
        {
            if (!Mount(folder, "size=64k")) return false;
            Unmount(folder);
            return true;
        }
        finally
        {
            Directory.Delete(folder);
        }
    });

    public TmpfsFactAttribute() => Skip = s_permitted.Value ? null : "It takes the permission to mount a tmpfs.";

    /// <summary>Mounts one, or changes one that is mounted.</summary>
    public static bool Mount(string folder, string options) => Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);

    /// <summary>Removes one.</summary>
    public static void Unmount(string folder) => Run("umount", folder);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
