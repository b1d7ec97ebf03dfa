using System.Diagnostics;

namespace MLNetStyle.Fuzz;

/// <summary>Tries cases one after the other, and says before each which one it is, so that whoever watches knows what ended it.</summary>
internal sealed class Worker(Target target, int seed, string folder, string? more)
{
    /// <summary>What a case may take beyond what the process had, in bytes.</summary>
    public const long MostBytes = 1L << 30;

    private readonly string[] _seeds = target.Seeds(folder, more);

    public int Accepted { get; private set; }

    public SortedDictionary<string, int> Refused { get; } = [];

    /// <summary>Tries a case.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public string? Try(int number)
    {
        Random random = new(HashCode(seed, number));
        string from = _seeds[random.Next(_seeds.Length)];
        string file = Path.Combine(folder, "case" + Path.GetExtension(from));
        File.WriteAllBytes(file, Mutator.Mutate(File.ReadAllBytes(from), random));
        long before = PeakBytes();
        try
        {
            target.Read(file);
            Accepted++;
        }
        catch (Exception e)
        {
            string name = e.GetType().Name;
            Refused[name] = Refused.GetValueOrDefault(name) + 1;
            if (!target.Expects(e)) return $"{from}: {name}: {e.Message.ReplaceLineEndings(" ")} {e.StackTrace?.Split('\n')[0].Trim()}";
        }
        long taken = PeakBytes() - before;
        return taken > MostBytes ? $"{from}: {taken >> 20} MiB of memory" : null;
    }

    // The same on every machine and in every process, which HashCode.Combine is not.
    private static int HashCode(int seed, int number) => unchecked((seed * 397) ^ (number * 7919) ^ (number >> 13));

    private static long PeakBytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
