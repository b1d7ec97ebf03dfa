using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNetStyle.Tests.Support;

/// <summary>Writes .safetensors files: eight bytes with the header's length, a JSON header, the tensors.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">The file's notes; null for none.</param>
    /// <param name="type">F32, F16 or BF16; BF16 cuts the lower bits off.</param>
    public static void Write(string path, IReadOnlyDictionary<string, (float[] Values, long[] Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null, string type = "F32")
    {
        Dictionary<string, object> header = [];
        if (metadata is not null) header["__metadata__"] = metadata;
        using MemoryStream data = new();
        foreach ((string name, (float[] values, long[] shape)) in tensors)
        {
            long start = data.Length;
            data.Write(type switch
            {
                "F32" => MemoryMarshal.AsBytes(values.AsSpan()),
                "F16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (Half)v).AsSpan()),
                "BF16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).AsSpan()),
                _ => throw new ArgumentException($"Unknown type {type}.", nameof(type)),
            });
            header[name] = new { dtype = type, shape, data_offsets = new[] { start, data.Length } };
        }
        Write(path, JsonSerializer.SerializeToUtf8Bytes(header), data.ToArray());
    }

    /// <summary>Writes a header as it is, right or wrong.</summary>
    public static void Write(string path, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data, ulong? length = null)
    {
        using FileStream file = File.Create(path);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length ?? (ulong)header.Length);
        file.Write(prefix);
        file.Write(header);
        file.Write(data);
    }
}
