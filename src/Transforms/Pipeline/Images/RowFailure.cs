namespace MLNetStyle.Pipeline;

/// <summary>Says of a failure which row, path and column it is of.</summary>
internal static class RowFailure
{
    /// <summary>Works on an image that could be read.</summary>
    /// <exception cref="ImageReadException">The image is at fault: its size, or what comes with it.</exception>
    /// <exception cref="InvalidOperationException">The work is.</exception>
    public static T Named<T>(Func<T> work, Func<string> where, string column)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new ImageReadException($"{where()}: the image of column '{column}' can't be worked on: {Text(e)}", e);
        }
        catch (InvalidOperationException e) when (e is not (ImageReadException or ObjectDisposedException))
        {
            throw new InvalidOperationException($"{where()}, column '{column}': {e.Message}", e);
        }
    }

    /// <summary>A row as messages name it; a path says enough where the row is not known.</summary>
    public static string Where(long? row, string? path)
    {
        string file = string.IsNullOrEmpty(path) ? "" : $"'{path}'";
        if (row is not >= 0) return file.Length > 0 ? file : "A row";
        return file.Length > 0 ? $"Row {row} ({file})" : $"Row {row}";
    }

    // The name of a parameter means nothing to who reads rows.
    private static string Text(Exception e) => e is ArgumentException { ParamName: { } name }
        ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;
}
