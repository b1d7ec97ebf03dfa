using System.Text.RegularExpressions;

namespace MLNetStyle.Networks;

/// <summary>The spellings of layer names.</summary>
internal static partial class LayerNames
{
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

    [GeneratedRegex(@"^block(\d)_(?:(pool)|conv(\d))$")]
    private static partial Regex Keras();

    [GeneratedRegex(@"^(conv|relu|pool)[_-]?(\d)(?:[_-](\d))?$")]
    private static partial Regex Spaced();
}
