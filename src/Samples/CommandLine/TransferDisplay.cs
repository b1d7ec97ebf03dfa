namespace MLNetStyle.Samples.CommandLine;

/// <summary>Shows a run while it goes on, on standard error: a live bar on a terminal, plain lines elsewhere.</summary>
internal abstract class TransferDisplay
{
    public static TransferDisplay Create() => Terminal.IsQuiet ? new QuietDisplay() : Terminal.IsLive ? new LiveDisplay()
        : new PlainDisplay();

    /// <summary>Runs the work with the display around it.</summary>
    public abstract T Run<T>(Func<T> work);

    /// <summary>Names the picture that comes next.</summary>
    /// <param name="name">What is shown for it.</param>
    /// <param name="index">From 0.</param>
    /// <param name="count">How many pictures there are in all.</param>
    public abstract void Picture(string name, int index, int count);

    /// <summary>Says what goes on before the first iteration.</summary>
    public abstract void Phase(string phase);

    /// <summary>Shows an iteration.</summary>
    public abstract void Iteration(StylizationProgress progress);

    /// <summary>Says something that stays: a preview written, a picture skipped.</summary>
    public abstract void Note(string text);

    protected static string Time(double? seconds) =>
        seconds is not { } s ? "--:--" : s >= 3600 ? $"{(int)(s / 3600)}:{(int)(s / 60) % 60:D2}:{(int)s % 60:D2}"
            : $"{(int)(s / 60)}:{(int)s % 60:D2}";
}
