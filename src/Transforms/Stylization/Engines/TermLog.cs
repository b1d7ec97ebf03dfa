namespace MLNetStyle.Stylization;

/// <summary>The terms of the latest evaluations: a line search may accept a point that is not the last one it tried.</summary>
internal sealed class TermLog(int terms)
{
    private const int Kept = 32;

    private readonly double[] _values = new double[Kept * terms];
    private readonly double[] _totals = new double[Kept];
    private int _next;

    /// <summary>The terms of the last evaluation.</summary>
    public ReadOnlySpan<double> Last => Slot((_next + Kept - 1) % Kept);

    /// <summary>The place for the next evaluation's terms.</summary>
    public Span<double> Next() => Slot(_next);

    /// <summary>Closes an evaluation.</summary>
    public double Note(double total)
    {
        _totals[_next] = total;
        _next = (_next + 1) % Kept;
        return total;
    }

    /// <summary>The terms of the latest evaluation that had a total.</summary>
    public ReadOnlySpan<double> Of(double total)
    {
        for (int k = 1; k <= Kept; k++)
        {
            int i = (_next - k + Kept) % Kept;
            if (_totals[i] == total) return Slot(i);
        }
        return Last;
    }

    private Span<double> Slot(int i) => _values.AsSpan(i * terms, terms);
}
