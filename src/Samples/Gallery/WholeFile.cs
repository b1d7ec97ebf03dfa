namespace MLNetStyle.Samples.Gallery;

internal static class WholeFile
{
    /// <summary>Writes a file beside its final name and renames it, so that a half-written one never stands there.</summary>
    public static void Write(string path, byte[] content)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
