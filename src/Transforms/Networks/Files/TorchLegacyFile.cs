using System.Buffers.Binary;

namespace MLNetStyle.Networks;

/// <summary>A .pth file as PyTorch wrote it up to 1.5: five pickles one after another, then the storages.</summary>
internal static class TorchLegacyFile
{
    /// <summary>The number that such a file begins with, as the pickle has it.</summary>
    private const string Magic = "6cfc9c46f9206aa85019";
    private const int MaximumHeader = 64 << 20;
    private const int Version = 1001;

    /// <summary>Whether a file begins as a legacy one does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.Length >= 14 && head[0] == 0x80 && head[2] == 0x8a && head[3] == 10
        && HexDigits.Of(head.Slice(4, 10)) == Magic;

    /// <summary>Lists the tensors of the state dict.</summary>
    /// <exception cref="InvalidDataException">A pickle can't be read, or a tensor lies outside its storage.</exception>
    public static ITensorFile Read(FileBytes file)
    {
        byte[] head = file.Read(0, Math.Min(file.Length, MaximumHeader), "its header");
        PickleReader reader = new(head, file, "its header");
        if (reader.Read(0) is not PickleBigInteger { Digits: Magic }) throw file.Broken(0, "the magic number is another one");
        if (reader.Read(reader.Position) is not (long)Version) throw file.Broken($"its version is not {Version}");
        bool bigEndian = reader.Read(reader.Position) is PickleDictionary system && system["little_endian"] is false;
        reader.References.Clear();
        object root = reader.Read(reader.Position);
        if (reader.Read(reader.Position) is not List<object> keys || !keys.TrueForAll(k => k is string))
            throw file.Broken("it does not list its storages");

        Dictionary<string, string> types = [];
        foreach (PickleReference reference in reader.References)
            if (reference.Id is object[] and ["storage", PickleName type, string key, ..]) types.TryAdd(key, type.Name);
        Dictionary<string, (long Offset, long Count)> storages = [];
        long at = reader.Position;
        foreach (string key in keys.Cast<string>())
        {
            long count = BinaryPrimitives.ReadInt64LittleEndian(file.Read(at, 8, $"the length of the storage '{key}'"));
            at += 8;
            if (!types.TryGetValue(key, out string? type) || Width(type) is not { } width)
                throw file.Broken(at, $"the storage '{key}' is of a type that is not known ({type ?? "none"})");
            if (count < 0 || count > (file.Length - at) / width) throw file.Broken(at,
                $"the storage '{key}' claims {count} elements of {width} "
                + $"bytes in a file of {file.Length}");
            storages[key] = (at, count);
            at += count * width;
        }
        TensorTable table = new(file.Name, file.Format);
        TorchTensors.Collect(root, table, file,
            (key, first, count, kind) => Elements.Floats(
                file.Read(storages[key].Offset + first * Elements.Width(kind), count * Elements.Width(kind), $"the storage '{key}'"),
                    kind, bigEndian),
            (key, kind) => TorchTensors.Kind(types.GetValueOrDefault(key, "")) == kind ? storages.GetValueOrDefault(key).Count : 0);
        return table;
    }

    private static int? Width(string type) => type switch
    {
        "LongStorage" => 8,
        "IntStorage" => 4,
        "ShortStorage" => 2,
        "CharStorage" or "ByteStorage" or "BoolStorage" => 1,
        _ => TorchTensors.Kind(type) is { } kind ? Elements.Width(kind) : null,
    };
}
