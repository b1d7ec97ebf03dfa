using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>Says on the terminal how a batch gets on.</summary>
/// <param name="display">What shows runs.</param>
/// <param name="words">Brings a message of the library to the words of the command line.</param>
internal sealed class BatchWatch(TransferDisplay display, Func<string, string> words) : IBatchWatch
{
    private const int MostLines = 50;

    private readonly List<Summary.Line> _lines = [];
    private readonly List<string> _cut = [];

    /// <summary>The pictures that were made, in words; the first of them, so that memory does not grow with a folder.</summary>
    public IReadOnlyList<Summary.Line> Lines => _lines;

    /// <summary>The pictures that were thrown away.</summary>
    public IReadOnlyList<string> CutShort => _cut;

    public StylizationCallbacks? Begun(BatchItem item, int number, int count, bool alone)
    {
        display.Picture(item.Path, number, count);
        return alone ? new StylizationCallbacks { Phase = display.Phase, Progress = display.Iteration } : null;
    }

    public void Made(BatchItem item, BatchPicture picture)
    {
        if (_lines.Count < MostLines && picture.Line is { } line) _lines.Add(line);
    }

    public string Failed(BatchItem item, Exception exception)
    {
        string name = item.Path.Split('/')[^1], message = words(exception.Message);
        display.Note($"failed: {(message.Contains(name, StringComparison.Ordinal) ? message : $"'{item.Path}': {message}")}");
        return message;
    }

    public void Cut(BatchItem item) => _cut.Add(item.Path);
}
