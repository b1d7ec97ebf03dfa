namespace MLNetStyle.Training;

/// <summary>A folder that one training at a time works in; the system lets go of it when the process ends, however it ends.</summary>
internal sealed class Workspace : IDisposable
{
    private const string LockName = "in-use.lock";

    private readonly FileStream _lock;

    /// <exception cref="IOException">Another training works there, or the folder can't be made.</exception>
    public Workspace(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
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

    /// <summary>Lets go of the folder; one in which nothing was written goes too.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        try
        {
            if (Directory.EnumerateFileSystemEntries(Path).All(e => System.IO.Path.GetFileName(e) == LockName)) Directory.Delete(Path, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, empty.
        }
    }
}
