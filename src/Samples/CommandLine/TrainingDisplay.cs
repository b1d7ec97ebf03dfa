using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Shows a training while it goes on, on standard error: a live table on a terminal, a line now and then elsewhere.</summary>
internal abstract class TrainingDisplay
{
    public static TrainingDisplay Create() => Terminal.IsLive ? new LiveTable() : new Lines();

    /// <summary>Runs the training with the display around it.</summary>
    public abstract T Run<T>(Func<T> work);

    /// <summary>Shows a step.</summary>
    public abstract void Show(FastStyleProgress progress);

    private static string Left(FastStyleProgress p)
    {
        if (p.Fraction <= 0) return "--:--";
        TimeSpan left = TimeSpan.FromSeconds(Math.Min(1e7, p.Seconds * (1 - p.Fraction) / p.Fraction));
        return left.TotalHours >= 1 ? $"{(int)left.TotalHours}:{left.Minutes:D2}:{left.Seconds:D2}" : $"{left.Minutes}:{left.Seconds:D2}";
    }

    private static string Line(FastStyleProgress p) => string.Create(CultureInfo.InvariantCulture,
        $"step {p.Iteration}/{p.Iterations}  loss {p.Loss:0.000} (content {p.Content:0.000}, style {p.Style:0.000})"
        + $"{(p.Validation is { } v ? $"  judged {v:0.000}" : "")}  {p.ImagesPerSecond:0.0} images/s  {Left(p)} left");

    private sealed class LiveTable : TrainingDisplay
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
        private readonly Stopwatch _sinceDrawn = new();
        private LiveDisplayContext? _context;

        public override T Run<T>(Func<T> work) => Terminal.Err.Live(new Text("preparing")).Start(context =>
        {
            _context = context;
            return work();
        });

        public override void Show(FastStyleProgress p)
        {
            if (_sinceDrawn.IsRunning && _sinceDrawn.Elapsed < Interval && p.Fraction < 1) return;
            _sinceDrawn.Restart();
            Table table = new Table().RoundedBorder().AddColumn("style").AddColumn(new TableColumn("loss").RightAligned());
            foreach ((string name, double loss) in p.Styles) table.AddRow(Markup.Escape(name), double.IsNaN(loss) ? "-"
                : loss.ToString("0.000", CultureInfo.InvariantCulture));
            _context!.UpdateTarget(new Rows(new Text(Line(p)), table));
        }
    }

    private sealed class Lines : TrainingDisplay
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
        private readonly Stopwatch _sinceLine = new();

        public override T Run<T>(Func<T> work) => work();

        public override void Show(FastStyleProgress p)
        {
            if (_sinceLine.IsRunning && _sinceLine.Elapsed < Interval && p.Fraction < 1) return;
            _sinceLine.Restart();
            Terminal.Note(Line(p));
        }
    }
}
