using System.Diagnostics;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>One line now and then, for logs and pipes: the first iteration, the last, and one every two seconds between.</summary>
internal sealed class PlainDisplay : TransferDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly Stopwatch _sinceLine = new();

    public override T Run<T>(Func<T> work) => work();

    public override void Picture(string name, int index, int count)
    {
        _sinceLine.Reset();
        Terminal.Note(count == 1 ? name : $"[{index + 1}/{count}] {name}");
    }

    public override void Phase(string phase) => Terminal.Note(phase);

    public override void Iteration(StylizationProgress p)
    {
        if (_sinceLine.IsRunning && _sinceLine.Elapsed < Interval && p.Iteration < p.Iterations) return;
        _sinceLine.Restart();
        Terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"iteration {p.Iteration}/{p.Iterations}  {p.Width}x{p.Height}  loss {p.Total:G4} (content {p.Content:G3}, style "
                + $"{p.Style:G3}, tv {p.TotalVariation:G3})  {Time(p.SecondsLeft)} left"));
    }

    public override void Note(string text) => Terminal.Note(text);
}
