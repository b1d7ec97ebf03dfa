using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNetStyle.Tests.Support;

/// <summary>Reads NumPy's .npy files of 32-bit and 64-bit floats in row-major order.</summary>
internal static partial class Npy
{
    /// <summary>Reads a file.</summary>
    /// <returns>The values and the shape.</returns>
    public static (double[] Values, int[] Shape) Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
            throw new InvalidDataException($"'{path}' is no .npy file.");
        int start = bytes[6] == 1 ? 10 : 12;
        int length = bytes[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8))
            : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        string header = Encoding.ASCII.GetString(bytes, start, length);
        Match m = Header().Match(header);
        if (!m.Success || header.Contains("'fortran_order': True")) throw new InvalidDataException($"'{path}' has the header {header}.");
        int[] shape = [.. m.Groups[2].Value.Split(',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];
        ReadOnlySpan<byte> data = bytes.AsSpan(start + length);
        double[] values = m.Groups[1].Value == "f8"
            ? MemoryMarshal.Cast<byte, double>(data).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), v => (double)v);
        return values.Length == shape.Aggregate(1, (a, d) => a * d) ? (values, shape)
            : throw new InvalidDataException($"'{path}' has {values.Length} values.");
    }

    [GeneratedRegex(@"'descr': '<(f[48])'.*'shape': \(([\d, ]*)\)")]
    private static partial Regex Header();
}
