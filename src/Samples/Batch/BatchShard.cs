using System.Globalization;

namespace MLNetStyle.Samples.Batch;

/// <summary>A share of a plan: its lines whose number, from 0, leaves a remainder.</summary>
/// <param name="Index">The remainder, from 0.</param>
/// <param name="Count">The number of shares.</param>
internal sealed record BatchShard(int Index, int Count)
{
    // Slurm's job arrays, Kubernetes' indexed jobs.
    private static readonly string[] s_variables = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"];

    public bool Has(int line) => line % Count == Index;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    /// <summary>Reads I/N; of N alone the index is what a scheduler has set.</summary>
    /// <param name="text">The text.</param>
    /// <param name="environment">Gives the value of a variable.</param>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong.</exception>
    public static BatchShard Parse(string text, Func<string, string?> environment)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 2 || !Number(parts[^1], out int count) || count < 1)
            throw new FormatException($"--shard is '{text}'; write I/N, as in 0/8, or N alone under a scheduler that numbers its tasks.");
        string origin = "--shard";
        string? index = parts.Length == 2 ? parts[0] : null;
        if (index is null)
        {
            origin = s_variables.FirstOrDefault(v => environment(v) is not null) ?? throw new FormatException(
                $"--shard is '{text}', without an index, and neither {string.Join(" nor ", s_variables)} is set. Write I/N, as in "
                    + $"0/{count}.");
            index = environment(origin);
        }
        return Number(index!, out int i) && i < count ? new BatchShard(i, count) : throw new FormatException(
            $"{origin} says shard '{index}' of {count}; the index must be 0 to {count - 1}.");
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture,
        out number);
}
