namespace MLNetStyle;

/// <summary>The image of a row could not be read. The message names the row, its path where a path column is known, the column, and
/// why.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class ImageReadException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Row, path, column and reason.</param>
    /// <param name="inner">What went wrong while the image was read.</param>
    public ImageReadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the inner exception names the file, so that its message says enough by itself.</summary>
    internal bool NamesFile { get; init; }

    /// <summary>What is wrong, without the row where the file's name says enough.</summary>
    internal string Reason => NamesFile && InnerException is { } inner ? inner.Message : Message;
}
