using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLNetStyle.Networks;

/// <summary>A .mat file of MATLAB's format 5, compressed or not, as MatConvNet keeps its networks in.</summary>
/// <remarks>
/// <para>MathWorks, "MAT-File Format", 2019. Arrays of single or double precision are offered under their paths: x, s.field, c{1}. A
/// layer of
/// MatConvNet's, a struct with a name and its filters, is offered under that name: conv1_1.weight, conv1_1.bias.</para>
/// <para>Pixels are red, green, blue, 0..255; the mean is the file's own averageImage.</para>
/// </remarks>
internal sealed class MatFile
{
    private const int Compressed = 15, Matrix = 14;
    private const int Cell = 1, Struct = 2, Char = 4, Double = 6, Single = 7;
    private const int Deepest = 16;
    private const int MaximumElements = 1_000_000;
    private const int MostOfAByte = 1032;

    // Of what is inflated, so many times the file is kept at the most: weights hardly shrink.
    private const int MostKept = 16, AlwaysKept = 1 << 24;
    private readonly FileBytes _file;
    private readonly Dictionary<string, Numbers> _arrays = [];
    private readonly Dictionary<string, string> _texts = [];
    private bool _bigEndian;
    private int _elements;
    private long _kept;

    private MatFile(FileBytes file) => _file = file;

    /// <summary>Whether a file begins as a MATLAB file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.StartsWith("MATLAB "u8);

    /// <summary>Lists the arrays.</summary>
    /// <exception cref="InvalidDataException">An element claims more than the file holds, or is of a kind that is not known.</exception>
    public static ITensorFile Read(FileBytes file)
    {
        MatFile reader = new(file);
        reader.ReadAll();
        return reader.Table();
    }

    private void ReadAll()
    {
        byte[] head = _file.Read(0, 128, "its header");
        if (!head.AsSpan().StartsWith("MATLAB 5.0"u8))
            throw _file.Broken(0, $"it is written in the format '{Encoding.ASCII.GetString(head, 0, 10)}'; format 5 can be read: "
                + $"save it with -v7 or -v6");
        _bigEndian = head[126] == (byte)'M';
        if (!_bigEndian && head[126] != (byte)'I') throw _file.Broken(126, "it does not say in which order its bytes are");
        for (long at = 128; at < _file.Length;)
        {
            byte[] tag = _file.Read(at, 8, "an element's tag");
            long type = Int(tag, 0), size = Int(tag, 4), start = at + 8;
            if (type >> 16 != 0) (size, start) = (4, at + 4);
            else if (size > _file.Length - start) throw _file.Broken(at, $"an element claims {size} bytes of a file of {_file.Length}");
            using Stream stream = _file.Open();
            stream.Position = start;
            try
            {
                if (type == Compressed)
                {
                    using ZLibStream inflated = new(stream, CompressionMode.Decompress);
                    Cursor inside = new(this, inflated, MostOfAByte * (size + 1), null);
                    (long inner, long length, _) = inside.Tag();
                    if (inner == Matrix) ReadMatrix(inside, length, "", 0);
                }
                else if (type == Matrix) ReadMatrix(new Cursor(this, stream, size, start), size, "", 0);
            }
            catch (EndOfStreamException e)
            {
                throw _file.Broken($"the element at byte {at} is cut short", e);
            }
            catch (Exception e) when (e is IOException and not FileNotFoundException
                || (e is InvalidDataException && !e.Message.StartsWith($"'{_file.Name}'", StringComparison.Ordinal)))
            {
                throw _file.Broken($"the element at byte {at} does not inflate ({e.Message.TrimEnd('.')})", e);
            }
            at = start + size;
        }
    }

    private void ReadMatrix(Cursor cursor, long size, string path, int depth)
    {
        if (depth > Deepest) throw cursor.Broken($"arrays lie more than {Deepest} deep within one another");
        if (++_elements > MaximumElements) throw cursor.Broken($"it has more than {MaximumElements} arrays");
        if (size == 0) return;
        long end = cursor.Position + size;
        cursor.Claim(size);
        byte[] flags = cursor.Small(16, "the flags of an array", 8);
        int kind = (int)(Int(flags, 0) & 0xff);
        byte[] sizes = cursor.Small(64, "the sizes of an array");
        long[] shape = [.. Enumerable.Range(0, sizes.Length / 4).Select(i => (long)(int)Int(sizes, 4 * i))];
        if (TensorTable.Count(shape) is not { } count) throw cursor.Broken($"an array has the shape [{string.Join(", ", shape)}]");
        string name = Encoding.ASCII.GetString(cursor.Small(256, "the name of an array"));
        if (path.Length == 0) path = name;
        switch (kind)
        {
            case Cell:
                for (long i = 0; i < count; i++) ReadChild(cursor, count == 1
                    && depth > 0 ? $"{path}{{1}}" : $"{path}{{{i + 1}}}", depth, end);
                break;
            case Struct:
                long width = Int(cursor.Small(8, "the length of field names", 4), 0);
                byte[] names = cursor.Small(1 << 16, "the field names of a struct");
                if (width is < 1 or > 256 || names.Length % width != 0) throw cursor.Broken($"field names are {width} long");
                string[] fields = [.. names.Chunk((int)width).Select(f => Encoding.ASCII.GetString(f).Split('\0')[0])];
                for (long i = 0; i < count && fields.Length > 0; i++)
                    foreach (string field in fields) ReadChild(cursor, count == 1 ? $"{path}.{field}"
                        : $"{path}({i + 1}).{field}", depth, end);
                break;
            case Char:
                if (count <= 256) _texts.TryAdd(path, Characters(cursor));
                break;
            case Double or Single:
                ReadNumbers(cursor, shape, count, path);
                break;
        }
        if (cursor.Position > end) throw cursor.Broken("an array goes on after its end");
        cursor.Skip(end - cursor.Position);
    }

    private void ReadChild(Cursor cursor, string path, int depth, long end)
    {
        if (cursor.Position >= end) throw cursor.Broken("an array has fewer entries than it claims");
        (long type, long size, _) = cursor.Tag();
        if (type != Matrix) throw cursor.Broken($"an element of the type {type} stands where an array must");
        ReadMatrix(cursor, size, path, depth + 1);
    }

    private static string Characters(Cursor cursor)
    {
        (long type, long size, bool small) = cursor.Tag();
        byte[] bytes = cursor.Data(Math.Min(size, 1024));
        cursor.Skip(size - bytes.Length + Padding(size, small));
        return type is 4 or 17 ? new string([.. bytes.Where((_, i) => i % 2 == 0).Select(b => (char)b)]) : Encoding.UTF8.GetString(bytes);
    }

    private void ReadNumbers(Cursor cursor, long[] shape, long count, string path)
    {
        (long type, long size, bool small) = cursor.Tag();
        ElementKind kind = type switch
        {
            1 => ElementKind.Int8,
            2 => ElementKind.UInt8,
            3 => ElementKind.Int16,
            4 => ElementKind.UInt16,
            5 => ElementKind.Int32,
            6 => ElementKind.UInt32,
            7 => ElementKind.Float32,
            9 => ElementKind.Float64,
            _ => throw cursor.Broken($"'{path}' has elements of the type {type}"),
        };
        if (size != count * Elements.Width(kind)) throw cursor.Broken($"'{path}' of shape [{string.Join(", ", shape)}] has {size} bytes");
        // Of a classifier, whose layers are most of such a file, nothing is kept.
        bool kept = count > 0 && (shape is [3, 3, _, _] || count <= 1 << 18);
        if (kept && cursor.Start is { } start)
        {
            long at = start + cursor.Position;
            _arrays.TryAdd(path, new Numbers(shape, () => Row(_file.Read(at, size, $"'{path}'"))));
        }
        else if (kept)
        {
            _kept += count * sizeof(float);
            if (_kept > (MostKept * _file.Length) + AlwaysKept) throw cursor.Broken("it inflates to far more than weights do");
            float[] values = Row(cursor.Data(size));
            _arrays.TryAdd(path, new Numbers(shape, () => [.. values]));
            size = 0;
        }
        cursor.Skip(size + Padding(count * Elements.Width(kind), small));

        float[] Row(byte[] bytes) => ColumnMajor.ToRowMajor(Elements.Floats(bytes, kind, _bigEndian), shape);
    }

    /// <summary>The arrays as tensors: those of MatConvNet's layers under the layers' names.</summary>
    private TensorTable Table()
    {
        TensorTable table = new(_file.Name, _file.Format, Convention());
        foreach ((string path, Numbers numbers) in _arrays)
        {
            string name = path;
            long[] shape = numbers.Shape;
            foreach ((string end, string role) in s_roles)
            {
                if (!path.EndsWith(end, StringComparison.Ordinal)) continue;
                string stem = path[..^end.Length];
                name = $"{_texts.GetValueOrDefault(stem + ".name", stem)}.{role}";
                // An array of one output has lost its last axes.
                if (role == "weight" && shape is [_, _] or [_, _, _]) shape = [.. shape, .. Enumerable.Repeat(1L, 4 - shape.Length)];
                break;
            }
            if (shape is [1, _] or [_, 1]) shape = [Math.Max(shape[0], shape[1])];
            if (!table.Shapes.ContainsKey(name)) table.Add(name, shape, FilterLayout.HeightWidthInputOutput, numbers.Read);
        }
        return table;
    }

    private static readonly (string End, string Role)[] s_roles =
        [(".weights{1}", "weight"), (".weights{2}", "bias"), (".weights{3}", "moments"), (".filters", "weight"), (".biases", "bias")];

    /// <summary>The mean of the file's averageImage over its places; ImageNet's where there is none.</summary>
    private IReadOnlyDictionary<string, string> Convention()
    {
        KeyValuePair<string, Numbers> mean = _arrays.FirstOrDefault(a => a.Key.EndsWith("averageImage", StringComparison.Ordinal));
        if (mean.Key is null) return Conventions.OxfordRgb;
        float[] values = mean.Value.Read();
        if (values.Length % 3 != 0 || Array.Exists(values, v => !float.IsFinite(v))) throw _file.Broken($"'{mean.Key}' is no mean colour");
        double[] sums = new double[3];
        for (int i = 0; i < values.Length; i++) sums[i % 3] += values[i];
        return Conventions.Of("RGB", "255", FormattableString.Invariant(
            $"{(float)(sums[0] * 3 / values.Length)},{(float)(sums[1] * 3 / values.Length)},{(float)(sums[2] * 3 / values.Length)}"),
                "1,1,1");
    }

    private static long Padding(long size, bool small) => small ? Math.Max(0, 4 - size) : (8 - size % 8) % 8;

    private long Int(ReadOnlySpan<byte> bytes, int at) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private sealed record Numbers(long[] Shape, Func<float[]> Read);

    /// <summary>A place in an element's bytes, which are read once, from the front.</summary>
    /// <param name="owner">The file.</param>
    /// <param name="stream">The bytes.</param>
    /// <param name="length">How many there can be.</param>
    /// <param name="start">Where in the file they begin; null where they are compressed.</param>
    private sealed class Cursor(MatFile owner, Stream stream, long length, long? start)
    {
        public long Position { get; private set; }

        public long? Start => start;

        public InvalidDataException Broken(string why) =>
            owner._file.Broken($"at byte {Position} of {(start is null ? "an inflated element" : $"the element at byte {start}")}, {why}");

        public void Claim(long size)
        {
            if (size < 0 || size > length - Position) throw Broken($"{size} bytes are claimed of {length - Position}");
        }

        public byte[] Data(long size)
        {
            Claim(size);
            if (size > Array.MaxLength) throw Broken($"{size} bytes are claimed, more than an array holds");
            byte[] bytes = new byte[size];
            stream.ReadExactly(bytes);
            Position += size;
            return bytes;
        }

        public void Skip(long size)
        {
            if (size == 0) return;
            Claim(size);
            Position += size;
            if (start is not null) stream.Position += size;
            else
            {
                byte[] thrown = new byte[Math.Min(size, 1 << 16)];
                for (long left = size; left > 0; left -= Math.Min(left, thrown.Length))
                    stream.ReadExactly(thrown, 0, (int)Math.Min(left, thrown.Length));
            }
        }

        /// <summary>An element's type and the length of its data; small ones have both in four bytes.</summary>
        public (long Type, long Size, bool Small) Tag()
        {
            byte[] first = Data(4);
            long type = owner.Int(first, 0);
            return type >> 16 != 0 ? (type & 0xffff, Math.Min(type >> 16, 4), true) : (type, owner.Int(Data(4), 0), false);
        }

        /// <summary>The data of an element that can't be long.</summary>
        public byte[] Small(int most, string what, int least = 0)
        {
            (_, long size, bool small) = Tag();
            if (size > most || size < least) throw Broken($"{what} takes {size} bytes; {least} to {most} are read");
            byte[] data = Data(size);
            Skip(Padding(size, small));
            return data;
        }
    }
}
