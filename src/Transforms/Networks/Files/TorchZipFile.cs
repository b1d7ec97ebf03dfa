using System.IO.Compression;
using System.Text;

namespace MLNetStyle.Networks;

/// <summary>A .pth or .pt file as PyTorch has written it since 1.6: a zip archive with data.pkl and one entry for each storage.</summary>
internal static class TorchZipFile
{
    private const int MaximumPickle = 64 << 20;

    /// <summary>Lists the tensors of the state dict.</summary>
    /// <exception cref="InvalidDataException">The archive or its pickle can't be read, or a tensor lies outside its storage.</exception>
    public static ITensorFile Read(FileBytes file)
    {
        (byte[] pickle, string root, Dictionary<string, long> lengths, bool bigEndian) = ZipEntries.Try(file, archive =>
        {
            ZipArchiveEntry entry = archive.Entries.FirstOrDefault(e => e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
                ?? throw file.Broken("it has no data.pkl");
            string folder = entry.FullName[..^"data.pkl".Length];
            Dictionary<string, long> sizes = [];
            foreach (ZipArchiveEntry e in archive.Entries)
                if (e.FullName.StartsWith(folder + "data/", StringComparison.Ordinal))
                    sizes[e.FullName[(folder.Length + 5)..]] = ZipEntries.Length(file, e);
            bool big = archive.GetEntry(folder + "byteorder") is { } order
                && Encoding.UTF8.GetString(ZipEntries.Bytes(file, order, 16)).StartsWith("big", StringComparison.Ordinal);
            return (ZipEntries.Bytes(file, entry, MaximumPickle), folder, sizes, big);
        });
        TensorTable table = new(file.Name, file.Format);
        TorchTensors.Collect(new PickleReader(pickle, file, "data.pkl").Read(0), table, file, ReadStorage,
            (key, kind) => lengths.GetValueOrDefault(key, 0) / Elements.Width(kind));
        return table;

        float[] ReadStorage(string key, long first, long count, ElementKind kind) => ZipEntries.Try(file, archive =>
        {
            ZipArchiveEntry entry = archive.GetEntry($"{root}data/{key}") ?? throw file.Broken($"it has no storage '{key}'");
            int width = Elements.Width(kind);
            return Elements.Floats(ZipEntries.Bytes(file, entry, first * width, count * width), kind, bigEndian);
        });
    }
}
