using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNetStyle.Networks;

/// <summary>An .npz file of NumPy's: a zip archive with one .npy entry for each array.</summary>
/// <remarks>Filters of the shape [3, 3, inputs, outputs] are TensorFlow's and are turned; for pixels the convention of the VGG-16 that is
/// passed around in this form is taken: red, green, blue, 0..255 less ImageNet's mean.</remarks>
internal static partial class NpzFile
{
    private const int MaximumHeader = 1 << 16;
    private static readonly byte[] s_magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Lists the floating-point arrays.</summary>
    /// <exception cref="InvalidDataException">The archive or an array's header can't be read.</exception>
    public static ITensorFile Read(FileBytes file)
    {
        List<(string Name, Header Header)> arrays = ZipEntries.Try(file, archive => archive.Entries
            .Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal))
            .Select(e => (e.FullName[..^4], HeaderOf(file, e))).ToList());
        bool turned = arrays.Exists(a => a.Header.Shape is [3, 3, _, _])
            && !arrays.Exists(a => a.Header.Shape is [_, _, 3, 3] and not [3, 3, _, _]);
        TensorTable table = new(file.Name, file.Format, Conventions.OxfordRgb);
        foreach ((string name, Header header) in arrays)
        {
            if (header.Kind is not { } kind || header.Shape.Contains(0)) continue;
            long count = TensorTable.Count(header.Shape) ?? -1;
            if (count < 0 || count * Elements.Width(kind) != header.Data)
                throw file.Broken($"the array '{name}' of shape [{string.Join(", ", header.Shape)}] has {header.Data} bytes");
            table.Add(name, header.Shape, turned ? FilterLayout.HeightWidthInputOutput : FilterLayout.OutputInputHeightWidth, () =>
            {
                float[] values = ZipEntries.Try(file, archive => Elements.Floats(ZipEntries.Bytes(file,
                    archive.GetEntry(name + ".npy") ?? throw file.Broken($"its array '{name}' is gone"), header.Start, header.Data),
                        kind, header.BigEndian));
                return header.Fortran ? ColumnMajor.ToRowMajor(values, header.Shape) : values;
            });
        }
        return table;
    }

    private static Header HeaderOf(FileBytes file, ZipArchiveEntry entry)
    {
        long length = ZipEntries.Length(file, entry);
        byte[] start = ZipEntries.Bytes(file, entry, 0, Math.Min(length, 12));
        if (start.Length < 12 || !start.AsSpan(0, 6).SequenceEqual(s_magic) || start[6] is < 1 or > 3)
            throw file.Broken($"its entry '{entry.FullName}' is no .npy array");
        long size = start[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        int begin = start[6] == 1 ? 10 : 12;
        if (size > MaximumHeader) throw file.Broken($"the header of '{entry.FullName}' claims {size} bytes");
        string text = Encoding.Latin1.GetString(ZipEntries.Bytes(file, entry, begin, size));
        Match type = Type().Match(text), order = Order().Match(text), shape = Shape().Match(text);
        if (!type.Success || !order.Success || !shape.Success) throw file.Broken($"the header of '{entry.FullName}' lacks descr, "
            + $"fortran_order or shape");
        List<long> sizes = [];
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            sizes.Add(long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long d) ? d
                : throw file.Broken($"the shape of '{entry.FullName}' has the size '{part}'"));
        ElementKind? kind = type.Groups[2].Value switch
        {
            "f4" => ElementKind.Float32,
            "f8" => ElementKind.Float64,
            "f2" => ElementKind.Float16,
            _ => null,
        };
        return new Header(kind, type.Groups[1].Value == ">", order.Groups[1].Value == "True", [.. sizes], begin + size,
            length - begin - size);
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=]?)(\w+)'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Shape();

    private sealed record Header(ElementKind? Kind, bool BigEndian, bool Fortran, long[] Shape, long Start, long Data);
}
