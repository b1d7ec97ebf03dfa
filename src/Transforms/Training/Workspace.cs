namespace MLNetStyle.Training;

/// <summary>A folder that one training at a time works in; the system lets go of it when the process ends, however it ends.</summary>
internal sealed class Workspace : IDisposable
{
    private const string LockName = "in-use.lock";

    private readonly FileStream _lock;
    private readonly bool _made;

    /// <exception cref="IOException">Another training works there, or the folder can't be made.</exception>
    public Workspace(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _made = !Directory.Exists(Path);
        Directory.CreateDirectory(Path);
        string file = System.IO.Path.Combine(Path, LockName);
        try
        {
            _lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"Another training works in '{Path}', or its file {LockName} can't be opened. Wait for it to end, or "
                + $"give another workspace. {e.Message}", e);
        }
    }

    public string Path { get; }

    /// <summary>Lets go of the folder; one that was made for this and in which nothing was written goes too.</summary>
    public void Dispose()
    {
        try
        {
            bool unused;
            using (_lock)
            {
                unused = _made && Directory.EnumerateFileSystemEntries(Path).Count() == 1;
                if (unused && !OperatingSystem.IsWindows()) File.Delete(_lock.Name); // nobody else's while it is held
            }
            if (unused && OperatingSystem.IsWindows()) File.Delete(_lock.Name);
            if (unused) Directory.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays: another training has come, or the system says no.
        }
    }
}
