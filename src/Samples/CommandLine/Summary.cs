using System.Globalization;
using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The table at the end of a run, on standard output.</summary>
internal static class Summary
{
    public static void Print(string output, StyleTransferRow row, string? report)
    {
        if (Terminal.IsQuiet || Terminal.HasData) return;
        StylizationResult result = row.Result;
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        Add("picture", $"{output} ({result.Image.Width} x {result.Image.Height})");
        Add("network", $"{string.Join(", then ", result.Networks.Select(n => n.Name))}, engine {result.Engine}, device {result.Device}");
        Add("ended", Ending(result));
        if (result.History is [var first, .., var last])
            Add("loss", string.Create(CultureInfo.InvariantCulture,
                $"{first.Total:G4} to {last.Total:G4} (content {last.Content:G3}, style {last.Style:G3}, tv {last.Tv:G3})"));
        Add("time", string.Create(CultureInfo.InvariantCulture, $"{result.Seconds:F1} s, {result.Evaluations} evaluations"));
        Add("peak memory", string.Create(CultureInfo.InvariantCulture, $"{result.PeakMemoryBytes / 1048576.0:F0} MiB"));
        if (report is not null) Add("report", report);
        Terminal.Out.Write(table);

        void Add(string name, string value) => table.AddRow(new Text(name), new Text(Terminal.Plain(value)));
    }

    public static void Print(IReadOnlyList<Line> done, int existing, int wanted)
    {
        if (Terminal.IsQuiet) return;
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("picture", "size", "ended", "loss", "seconds");
        foreach (Line line in done) table.AddRow(new Text(Terminal.Plain(line.Output)), new Text(line.Size), new Text(line.Ended),
            new Text(line.Loss), new Text(line.Seconds));
        Terminal.Out.Write(table);
        string left = wanted > done.Count ? $", {wanted - done.Count} not made" : "";
        string there = existing > 0 ? $", {existing} there already" : "";
        Terminal.Out.WriteLine($"{done.Count} pictures made{there}{left}.");
    }

    /// <summary>A picture of a batch, in words.</summary>
    public sealed record Line(string Output, string Size, string Ended, string Loss, string Seconds)
    {
        public static Line Of(string output, StylizationResult result) => new(
            output,
            $"{result.Image.Width} x {result.Image.Height}",
            Ending(result),
            result.Loss.ToString("G4", CultureInfo.InvariantCulture),
            result.Seconds.ToString("F1", CultureInfo.InvariantCulture));
    }

    private static string Ending(StylizationResult result)
    {
        int iterations = result.History.Count == 0 ? 0 : result.History[^1].Iteration;
        return result.Stopped switch
        {
            StopReason.Completed => $"after {iterations} iterations",
            StopReason.Converged => $"converged after {iterations} iterations",
            _ => $"interrupted after {iterations} iterations",
        };
    }
}
