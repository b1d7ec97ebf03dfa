using System.Text.RegularExpressions;

namespace MLNetStyle.Networks;

/// <summary>The spellings of layer names.</summary>
internal static partial class LayerNames
{
    private static readonly int[] s_blocks = [2, 2, 4, 4, 4];

    /// <summary>
    /// The name used here for another spelling: Keras' block4_conv2 is relu4_2 (its convolutions include the activation), block4_pool is
    /// pool4, ReLU4_2 and relu_4_2 are relu4_2. Any other name comes back in small letters.
    /// </summary>
    public static string Canonical(string name)
    {
        string text = name.Trim().ToLowerInvariant();
        Match m = Keras().Match(text);
        if (m.Success) return m.Groups[2].Value == "pool" ? $"pool{m.Groups[1]}" : $"relu{m.Groups[1]}_{m.Groups[3]}";
        m = Spaced().Match(text);
        return m.Success ? $"{m.Groups[1]}{m.Groups[2]}{(m.Groups[3].Length > 0 ? "_" : "")}{m.Groups[3]}" : text;
    }

    /// <summary>
    /// A number that grows from one layer of a VGG to the next, pooling behind its block; null for what is no layer of VGG-19, in the
    /// spelling
    /// of <see cref="Canonical"/>.
    /// </summary>
    public static int? Order(string name)
    {
        Match m = Spaced().Match(name);
        if (!m.Success) return null;
        bool pool = m.Groups[1].Value == "pool";
        int block = m.Groups[2].Value[0] - '0', number = m.Groups[3].Success ? m.Groups[3].Value[0] - '0' : 0;
        if (block < 1 || block > s_blocks.Length || number > s_blocks[block - 1] || pool == number > 0) return null;
        return 100 * block + (pool ? 99 : 10 * number + (m.Groups[1].Value == "relu" ? 1 : 0));
    }

    [GeneratedRegex(@"^block(\d)_(?:(pool)|conv(\d))$")]
    private static partial Regex Keras();

    [GeneratedRegex(@"^(conv|relu|pool)[_-]?(\d)(?:[_-](\d))?$")]
    private static partial Regex Spaced();
}
