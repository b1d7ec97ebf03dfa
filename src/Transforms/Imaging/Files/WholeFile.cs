using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace MLNetStyle.Imaging;

/// <summary>Writes files that appear complete or not at all.</summary>
/// <remarks>Safe for use by several threads and processes, also on one file: the last one to finish wins.</remarks>
internal static partial class WholeFile
{
    private const string Prefix = ".mlnetstyle-", Suffix = ".tmp";

    /// <summary>Called with each step of a write and its file, so that tests can break it there; null but for them.</summary>
    public static Action<WriteStep, string>? Fault { get; set; }

    /// <summary>Writes a file of bytes; see <see cref="Write(string, Action{Stream}, bool)"/>.</summary>
    public static void Write(string path, ReadOnlyMemory<byte> content, bool durable = true) =>
        Write(path, stream => stream.Write(content.Span), durable);

    /// <summary>
    /// Writes a file under a random name of its own beside the final one, brings it to the disk and renames it. A symbolic link is followed
    /// and stays
    /// one; the permissions of a file that is replaced are kept; one without permission to write is refused.
    /// </summary>
    /// <param name="path">The file; replaced if it exists. What lies under /dev is written to directly.</param>
    /// <param name="write">Writes the content; what it throws is thrown on, and nothing of the file is left.</param>
    /// <param name="durable">Whether to wait until it is on the disk; a file that can be made again may do without.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The permission to write is missing.</exception>
    public static void Write(string path, Action<Stream> write, bool durable = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        if (!OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal))
        {
            using FileStream device = new(target, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }
        FileInfo old = new(target);
        if (old.Exists && old.IsReadOnly) throw new UnauthorizedAccessException(
            $"The file '{path}' is write-protected. Remove the protection or name another file.");
        string folder = Path.GetDirectoryName(target)!;
        string temporary = TemporaryBeside(target);
        bool written = false;
        // No sharing: on Unix that locks the file, which tells RemoveLeftovers that it is still being written.
        FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        try
        {
            if (!OperatingSystem.IsWindows() && old.Exists) File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
            Fault?.Invoke(WriteStep.Made, target);
            write(stream);
            Fault?.Invoke(WriteStep.Filled, target);
            stream.Flush(flushToDisk: durable);
            Fault?.Invoke(WriteStep.Flushed, target);
            if (OperatingSystem.IsWindows()) stream.Dispose();
            File.Move(temporary, target, overwrite: true);
            written = true;
            Fault?.Invoke(WriteStep.Renamed, target);
        }
        finally
        {
            stream.Dispose();
            if (!written) File.Delete(temporary);
        }
        if (durable) Sync(folder);
    }

    /// <summary>Tries whether a file can be written, without a trace.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It can't be.</exception>
    /// <exception cref="UnauthorizedAccessException">The permission to write is missing.</exception>
    public static void Try(string path)
    {
        string target = Target(path);
        if (!OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal)) return;
        FileInfo old = new(target);
        if (old.Exists && old.IsReadOnly) throw new UnauthorizedAccessException(
            $"The file '{path}' is write-protected. Remove the protection or name another file.");
        string temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $"{Prefix}{RandomNumberGenerator.GetHexString(16, lowercase: true)}{Suffix}");
        new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
    }

    /// <summary>Whether a file is one that ends: no pipe, which would keep who opens it waiting. True where it can't be told.</summary>
    public static bool IsRegular(string path)
    {
        if (OperatingSystem.IsWindows()) return true;
        int nonBlocking = OperatingSystem.IsMacOS() ? 0x4 : 0x800;
        int handle = Open(path, nonBlocking);
        if (handle < 0) return true; // who opens it says what is wrong
        using SafeFileHandle held = new(handle, ownsHandle: true);
        using FileStream stream = new(held, FileAccess.Read, 1);
        return stream.CanSeek;
    }

    /// <summary>Whether a file is what a writer that was killed has left behind, or one that is being written.</summary>
    public static bool IsTemporary(string path)
    {
        string name = Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal);
    }

    /// <summary>A random name beside a file that <see cref="RemoveLeftovers"/> knows.</summary>
    public static string TemporaryBeside(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!,
        $"{Prefix}{RandomNumberGenerator.GetHexString(16, lowercase: true)}{Suffix}");

    /// <summary>Removes what writers that were killed have left in a folder; files that are being written stay.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}"))
        {
            try
            {
                using FileStream locked = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody writes it, or it isn't ours.
            }
        }
    }

    /// <summary>The file itself where the path is a symbolic link to it.</summary>
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    // A rename is on the disk once its folder is. Not every file system can do it, and none fails to keep the file for that.
    private static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int handle = Open(folder, 0);
        if (handle < 0) return;
        _ = Fsync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}

/// <summary>How far the write of a file has come.</summary>
internal enum WriteStep
{
    /// <summary>There is an empty file under another name.</summary>
    Made,

    /// <summary>It has been given its content.</summary>
    Filled,

    /// <summary>The content is on the disk.</summary>
    Flushed,

    /// <summary>The file has its name.</summary>
    Renamed,
}
