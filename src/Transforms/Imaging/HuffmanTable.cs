namespace MLNetStyle.Imaging;

/// <summary>A Huffman code for the symbols of one JPEG table, made for their frequencies, no code longer than 16 bits (ITU-T T.81, K.2).</summary>
internal sealed class HuffmanTable
{
    private readonly int[] _codes = new int[256];
    private readonly byte[] _lengths = new byte[256];

    public HuffmanTable(ReadOnlySpan<long> counts)
    {
        // One more symbol than there are takes the code of all ones, which JPEG forbids.
        long[] weights = [.. counts, 1];
        int[] sizes = new int[257], next = new int[257];
        Array.Fill(next, -1);
        while (true)
        {
            int least = Least(weights, -1), second = Least(weights, least);
            if (second < 0) break;
            weights[least] += weights[second];
            weights[second] = 0;
            int end = least;
            while (true)
            {
                sizes[end]++;
                if (next[end] < 0) break;
                end = next[end];
            }
            next[end] = second;
            for (int s = second; s >= 0; s = next[s]) sizes[s]++;
        }
        int[] perLength = new int[64];
        foreach (int size in sizes)
            if (size > 0) perLength[size]++;
        Shorten(perLength);
        Symbols = [.. Enumerable.Range(0, 256).Where(s => sizes[s] > 0).OrderBy(s => sizes[s]).ThenBy(s => s).Select(s => (byte)s)];
        PerLength = [.. perLength[1..17].Select(n => (byte)n)];
        int code = 0, index = 0;
        for (int length = 1; length <= 16; length++, code <<= 1)
            for (int i = 0; i < perLength[length]; i++) (_codes[Symbols[index]], _lengths[Symbols[index++]]) = (code++, (byte)length);
    }

    /// <summary>How many codes have 1, 2 ... 16 bits.</summary>
    public byte[] PerLength { get; }

    /// <summary>The symbols, the shortest code first.</summary>
    public byte[] Symbols { get; }

    public (int Code, int Length) this[int symbol] => (_codes[symbol], _lengths[symbol]);

    private static int Least(long[] weights, int except)
    {
        int least = -1;
        for (int i = 0; i < weights.Length; i++)
            if (weights[i] > 0 && i != except && (least < 0 || weights[i] <= weights[least])) least = i;
        return least;
    }

    private static void Shorten(int[] perLength)
    {
        for (int i = perLength.Length - 1; i > 16; i--)
            while (perLength[i] > 0)
            {
                int shorter = i - 2;
                while (perLength[shorter] == 0) shorter--;
                perLength[i] -= 2;
                perLength[i - 1]++;
                perLength[shorter + 1] += 2;
                perLength[shorter]--;
            }
        int longest = 16;
        while (perLength[longest] == 0) longest--;
        perLength[longest]--;
    }
}
