using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace MLNetStyle.Networks;

/// <summary>
/// A .safetensors file: eight bytes with the header's length, a JSON header (tensor name to type, shape and byte range), then the bytes.
/// </summary>
/// <remarks>
/// <para>Only the header is read at first; each tensor is read when it is asked for, 32-bit ones straight into their array. Nothing is
/// kept open. Safe for use by several threads at once.</para>
/// <para>A tensor t of 8 bits, I8, has a step for each entry of its first dimension in the F32 tensor t.scale, and is q * scale; or, where
/// the F32
/// tensor t.minimum is there too, (q + 128) * scale + minimum, rounded to 32 bits after each operation.</para>
/// </remarks>
internal sealed class SafetensorsFile : ITensorFile
{
    private const int MaximumHeader = 16 << 20;
    private const int MaximumTensors = 100_000;
    private const int Chunk = 1 << 15;

    private readonly Func<Stream> _open;
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Dictionary<string, long[]> _shapes = [];
    private readonly Dictionary<string, string> _metadata = [];
    private readonly long _length;
    private readonly DateTime _written;
    private readonly long _start;

    /// <summary>Reads the header.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="open">Opens the file's bytes from the start; called once now and once for each tensor.</param>
    /// <exception cref="InvalidDataException">The file is no .safetensors file, or a tensor lies outside it.</exception>
    public SafetensorsFile(string name, Func<Stream> open)
    {
        (Name, _open) = (name, open);
        using Stream stream = open();
        (_length, _written) = (stream.Length, Written(stream));
        Span<byte> prefix = stackalloc byte[8];
        if (_length < 8) throw Broken($"it has {_length} bytes");
        stream.ReadExactly(prefix);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size < 2 || size > (ulong)(_length - 8)) throw Broken($"its header claims {size} bytes of a file of {_length}");
        if (size > MaximumHeader) throw Broken($"its header claims {size} bytes; at most {MaximumHeader} are read");
        byte[] header = new byte[(int)size];
        stream.ReadExactly(header);
        _start = 8 + (long)size;
        if (!Utf8.IsValid(header)) throw Broken("its header is no UTF-8 text");
        try
        {
            using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Broken("its header is no JSON object");
            bool metadata = false;
            foreach (JsonProperty item in json.RootElement.EnumerateObject())
            {
                if (item.NameEquals("__metadata__") && metadata) throw Broken("its header has two entries '__metadata__'");
                metadata |= item.NameEquals("__metadata__");
                Add(item);
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"'{name}' is no .safetensors file: a text in its header is "
            + $"no Unicode.", e);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{name}' is no .safetensors file: its header is not JSON. {e.Message}",
            e);
        }
        CheckCover();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Format => "safetensors";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file lacks the tensor or its scale, has it in another type than F32, F16, BF16 or I8, or
    /// has changed.</exception>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    public float[] Read(string tensor)
    {
        if (!_entries.TryGetValue(tensor, out Entry entry)) throw new InvalidDataException($"'{Name}' has no tensor '{tensor}'.");
        int width = entry.Type switch
        {
            "F32" => 4,
            "F16" or "BF16" => 2,
            "I8" => 1,
            _ => throw new InvalidDataException($"Tensor '{tensor}' of '{Name}' has the type {entry.Type}; F32, F16, BF16 and I8 can be "
                + $"read."),
        };
        if (entry.Count > Array.MaxLength || entry.Bytes != entry.Count * width)
            throw new InvalidDataException($"Tensor '{tensor}' of '{Name}' has {entry.Bytes} bytes; its shape asks for {entry.Count} "
                + $"times {width}.");
        float[] scale = [], minimum = [];
        if (width == 1)
        {
            scale = Steps(tensor, ".scale");
            if (_entries.ContainsKey(tensor + ".minimum")) minimum = Steps(tensor, ".minimum");
            int bad = Array.FindIndex(scale, s => !(s > 0 && float.IsFinite(s)));
            if (bad >= 0) throw new InvalidDataException($"Tensor '{tensor}.scale' of '{Name}' has {scale[bad]} at {bad}; every step "
                + $"must be positive and finite.");
        }
        using Stream stream = Again();
        if (stream.Length != _length) throw new InvalidDataException($"'{Name}' has changed since its header was read: {_length} bytes "
            + $"then, {stream.Length} now.");
        if (Written(stream) != _written) throw new InvalidDataException($"'{Name}' has been written to since its header was read. Load "
            + $"the network again.");
        stream.Position = _start + entry.Offset;
        float[] values = new float[entry.Count];
        if (width == 4) ReadFloats(stream, values);
        else if (width == 2) ReadHalves(stream, values, entry.Type == "BF16");
        else ReadBytes(stream, values, scale, minimum);
        return values;
    }

    /// <summary>What goes with an 8-bit tensor: a number for each entry of its first dimension.</summary>
    private float[] Steps(string tensor, string kind)
    {
        long[] shape = _shapes[tensor];
        if (shape.Length == 0) throw new InvalidDataException($"Tensor '{tensor}' of '{Name}' has the type I8 and no dimension that its "
            + $"steps could go with.");
        if (!_entries.TryGetValue(tensor + kind, out Entry entry))
            throw new InvalidDataException($"Tensor '{tensor}' of '{Name}' has the type I8, but '{tensor}{kind}' is missing, F32 of "
                + $"shape [{shape[0]}].");
        if (entry.Type != "F32" || _shapes[tensor + kind] is not [long count] || count != shape[0])
            throw new InvalidDataException($"Tensor '{tensor}{kind}' of '{Name}' is {entry.Type} of shape "
                + $"[{string.Join(", ", _shapes[tensor + kind])}]; expected is F32 of shape [{shape[0]}].");
        return Read(tensor + kind);
    }

    private Stream Again()
    {
        try
        {
            return _open();
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"'{Name}' is gone, but its weights are read when they are needed. Put the file back, and "
                + $"leave it there while the network is used.", Name, e);
        }
    }

    private static DateTime Written(Stream stream) => stream is FileStream file ? File.GetLastWriteTimeUtc(file.SafeFileHandle) : default;

    private static void ReadFloats(Stream stream, float[] values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (BitConverter.IsLittleEndian) return;
        Span<int> bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    private static void ReadBytes(Stream stream, float[] values, float[] scale, float[] minimum)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Chunk);
        int each = scale.Length == 0 ? 0 : values.Length / scale.Length;
        for (int row = 0; row < scale.Length; row++)
        {
            for (int done = 0; done < each; done += Chunk)
            {
                Span<byte> part = bytes.AsSpan(0, Math.Min(Chunk, each - done));
                Span<float> target = values.AsSpan(row * each + done, part.Length);
                stream.ReadExactly(part);
                Span<sbyte> codes = MemoryMarshal.Cast<byte, sbyte>(part);
                float step = scale[row];
                if (minimum.Length == 0)
                    for (int i = 0; i < codes.Length; i++) target[i] = codes[i] * step;
                else
                    for (int i = 0; i < codes.Length; i++) target[i] = (float)((codes[i] + 128) * step) + minimum[row];
            }
        }
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static void ReadHalves(Stream stream, float[] values, bool brain)
    {
        ushort[] bits = ArrayPool<ushort>.Shared.Rent(Chunk);
        for (int done = 0; done < values.Length; done += Chunk)
        {
            Span<ushort> part = bits.AsSpan(0, Math.Min(Chunk, values.Length - done));
            Span<float> target = values.AsSpan(done, part.Length);
            stream.ReadExactly(MemoryMarshal.AsBytes(part));
            if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(part, part);
            if (brain)
                for (int i = 0; i < part.Length; i++) target[i] = BitConverter.UInt32BitsToSingle((uint)part[i] << 16);
            else
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(part), target);
        }
        ArrayPool<ushort>.Shared.Return(bits);
    }

    private void Add(JsonProperty item)
    {
        if (item.Value.ValueKind != JsonValueKind.Object) throw Broken($"its header's entry '{item.Name}' is no object");
        if (item.Name == "__metadata__")
        {
            foreach (JsonProperty note in item.Value.EnumerateObject())
                if (note.Value.ValueKind == JsonValueKind.String) _metadata[note.Name] = note.Value.GetString()!;
            return;
        }
        if (_entries.Count == MaximumTensors) throw Broken($"it lists more than {MaximumTensors} tensors");
        if (!item.Value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !item.Value.TryGetProperty("shape", out JsonElement shape) || Numbers(shape) is not { } dimensions || dimensions.Length > 8
            || !item.Value.TryGetProperty("data_offsets", out JsonElement offsets) || Numbers(offsets) is not [long from, long to])
            throw Broken($"its header's entry '{item.Name}' lacks dtype, shape or data_offsets");
        if (from > to || to > _length - _start) throw Broken($"tensor '{item.Name}' claims the bytes {from} to {to} of {_length - _start}");
        long count = 1;
        foreach (long d in dimensions)
        {
            if (d > 0 && count > _length / d) throw Broken($"tensor '{item.Name}' of shape [{string.Join(", ", dimensions)}] is larger "
                + $"than the file");
            count *= d;
        }
        if (_entries.ContainsKey(item.Name)) throw Broken($"it lists the tensor '{item.Name}' twice");
        _entries[item.Name] = new Entry(type.GetString()!, count, from, to - from);
        _shapes[item.Name] = dimensions;
    }

    /// <summary>The tensors follow one another from the first byte to the last: none overlaps, and nothing lies between or after
    /// them.</summary>
    private void CheckCover()
    {
        long at = 0;
        foreach ((string tensor, Entry entry) in _entries.OrderBy(e => e.Value.Offset).ThenBy(e => e.Value.Bytes))
        {
            if (entry.Offset != at)
                throw Broken(entry.Offset < at
                    ? $"tensor '{tensor}' begins at byte {entry.Offset}, within the one before it, which ends at {at}"
                    : $"the bytes {at} to {entry.Offset} before tensor '{tensor}' belong to no tensor");
            at += entry.Bytes;
        }
        if (at != _length - _start) throw Broken($"{_length - _start - at} bytes follow its last tensor");
    }

    private static long[]? Numbers(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) return null;
        long[] values = new long[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement e in list.EnumerateArray())
            if (e.ValueKind != JsonValueKind.Number || !e.TryGetInt64(out values[i++]) || values[i - 1] < 0) return null;
        return values;
    }

    private InvalidDataException Broken(string why) => new($"'{Name}' is no .safetensors file that can be read: {why}.");

    private readonly record struct Entry(string Type, long Count, long Offset, long Bytes);
}
