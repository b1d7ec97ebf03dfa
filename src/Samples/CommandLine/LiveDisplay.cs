using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>A bar with iteration, size, loss and time left; a second one over all pictures in a batch.</summary>
internal sealed class LiveDisplay : TransferDisplay
{
    private readonly ConcurrentDictionary<int, string> _details = [];
    private ProgressContext? _context;
    private ProgressTask? _all, _picture;

    public override T Run<T>(Func<T> work) => Terminal.Err.Progress()
        .AutoClear(false)
        .HideCompleted(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
            new DetailColumn(_details))
        .Start(context =>
        {
            _context = context;
            try
            {
                return work();
            }
            finally
            {
                _picture?.StopTask();
                _all?.StopTask();
            }
        });

    public override void Picture(string name, int index, int count)
    {
        if (count > 1)
        {
            _all ??= _context!.AddTask("all pictures", maxValue: count);
            _all.Value = index;
            Detail(_all, $"{index}/{count}");
        }
        name = Markup.Escape(Terminal.Plain(name));
        if (_picture is null) _picture = _context!.AddTask(name, maxValue: 1);
        _picture.Description = name;
        _picture.Value = 0;
        Detail(_picture, "");
    }

    public override void Phase(string phase) => Detail(_picture, phase);

    public override void Iteration(StylizationProgress p)
    {
        if (_picture is null) return;
        _picture.Value = p.Fraction;
        Detail(_picture, string.Create(CultureInfo.InvariantCulture,
            $"{p.Iteration}/{p.Iterations}  {p.Width}x{p.Height}  loss {p.Total:G4}  {Time(p.SecondsLeft)} left"));
    }

    public override void Note(string text) => Terminal.Err.MarkupLine(Markup.Escape(Terminal.Plain(text)));

    private void Detail(ProgressTask? task, string text)
    {
        if (task is not null) _details[task.Id] = text;
    }

    private sealed class DetailColumn(ConcurrentDictionary<int, string> details) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(details.GetValueOrDefault(task.Id, ""));
    }
}
