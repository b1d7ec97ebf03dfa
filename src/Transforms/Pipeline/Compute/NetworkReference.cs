namespace MLNetStyle.Pipeline;

/// <summary>A network as a saved model names it.</summary>
internal sealed record NetworkReference(string Name, string? Sha256, Pooling Pooling)
{
    private static readonly Lock CacheLock = new();
    private static readonly Dictionary<string, WeakReference<Network>> Cache = [];

    public static NetworkReference Of(string nameOrFile, Network network) => new(nameOrFile, network.Sha256, network.Pooling);

    /// <summary>Loads a network, or takes the one that another transformer of this process holds: weights are in memory once.</summary>
    public static Network Load(string nameOrFile, Pooling pooling)
    {
        string? file = NetworkRelay.IsRelay(nameOrFile) ? null : ModelFiles.Find(nameOrFile); // a relay is refused by Load
        string key = file is null ? nameOrFile : $"{nameOrFile}|{file}|{File.GetLastWriteTimeUtc(file).Ticks}|{new FileInfo(file).Length}";
        lock (CacheLock)
        {
            if (!Cache.TryGetValue(key, out WeakReference<Network>? held) || !held.TryGetTarget(out Network? network))
            {
                network = Network.Load(nameOrFile, pooling);
                Cache[key] = new WeakReference<Network>(network);
            }
            return network.WithPooling(pooling);
        }
    }

    /// <summary>
    /// Loads the network of a saved model: under the name or path it was saved with, else by its file's name among the model
    /// files, and only if the file has the contents it had then.
    /// </summary>
    public Network Resolve()
    {
        string found = ModelFiles.Find(Name) is not null ? Name : Path.GetFileName(Name);
        Network network = Load(ModelFiles.Find(found) is null ? Name : found, Pooling);
        if (Sha256 is null || LoadedModels.AllowOtherWeights || network.Sha256 == Sha256) return network;
        if (network.File is null)
            throw new InvalidDataException(
                $"The model was saved with the network '{Name}' of SHA-256 {Sha256} that came with another version of this library; here "
                    + $"it has {network.Sha256}: its pictures "
                + "would differ, and its measured styles may not fit. Fit the pipeline again with this version and save it, or load the "
                    + "model with the version that saved it.");
        throw new InvalidDataException(
            $"The model was saved with the network '{Name}' of SHA-256 {Sha256}, but '{network.File}' has {network.Sha256}: its pictures "
                + $"would "
            + $"differ. Put the right file in its place, or set {nameof(LoadedModels)}.{nameof(LoadedModels.AllowOtherWeights)} = true "
                + $"to use this one.");
    }
}
