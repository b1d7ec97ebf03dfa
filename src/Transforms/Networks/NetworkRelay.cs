namespace MLNetStyle;

/// <summary>The networks that a run goes through at each size: a small one paints most of the way, a large one finishes.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public static class NetworkRelay
{
    /// <summary>The name of the relay: "compact", then "vgg19".</summary>
    public const string Name = "relay";

    private static readonly string[] s_networks = ["compact", "vgg19"];

    /// <summary>Whether a text is the relay's name.</summary>
    /// <param name="nameOrFile">A name, or the path of a network's file.</param>
    public static bool IsRelay(string nameOrFile) => string.Equals(nameOrFile?.Trim(), Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The networks behind a name.</summary>
    /// <param name="nameOrFile">"relay", the name of a network, or a file.</param>
    /// <returns>The names or files of the networks in the order in which they take over; of a single network its own.</returns>
    public static IReadOnlyList<string> Networks(string nameOrFile) => IsRelay(nameOrFile) ? s_networks : [nameOrFile];

    /// <summary>Loads the networks behind a name.</summary>
    /// <param name="nameOrFile">"relay", or what <see cref="Network.Load"/> takes.</param>
    /// <param name="pooling">How feature maps are brought down between blocks.</param>
    /// <returns>The networks in the order in which they take over.</returns>
    /// <exception cref="FileNotFoundException">There is no such file; for a known name the message says where to get one.</exception>
    /// <exception cref="InvalidDataException">A file is not readable as a network.</exception>
    public static IReadOnlyList<Network> Load(string nameOrFile, Pooling pooling = Pooling.Max) =>
        [.. Networks(nameOrFile).Select(n => Network.Load(n, pooling))];
}
