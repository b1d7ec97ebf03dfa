using PureHDF;
using PureHDF.VOL.Native;

namespace MLNetStyle.Networks;

/// <summary>An HDF5 file, as Keras saves networks and weights in, through PureHDF.</summary>
/// <remarks>
/// Data sets are offered under their paths, without the ":0" that TensorFlow ends names with. Filters are turned from TensorFlow's order;
/// pixels are what Keras' VGGs take: blue, green, red, 0..255 less ImageNet's mean.
/// </remarks>
internal static class Hdf5File
{
    private const int Deepest = 16;
    private const int MaximumObjects = 50_000;
    // Weights are noise to a compressor.
    private const int MostOfAByte = 16;
    private const long MaximumReads = 1L << 30;
    private static readonly byte[] s_signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Whether a file begins as an HDF5 file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.StartsWith(s_signature);

    /// <summary>Lists the floating-point data sets.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or a data set is larger than the file can hold.</exception>
    public static ITensorFile Read(FileBytes file)
    {
        TensorTable table = new(file.Name, file.Format, Conventions.OxfordBgr);
        Try<object?>(file, root =>
        {
            int objects = 0;
            Visit(root, "", 0, ref objects);
            return null;
        });
        return table;

        void Visit(IH5Group group, string path, int depth, ref int objects)
        {
            if (depth > Deepest) throw file.Broken($"groups lie more than {Deepest} deep within one another at '{path}'");
            foreach (IH5Object child in group.Children())
            {
                if (++objects > MaximumObjects) throw file.Broken($"it has more than {MaximumObjects} groups and data sets");
                string name = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
                if (child is IH5Group inner) Visit(inner, name, depth + 1, ref objects);
                else if (child is IH5Dataset data) AddData(data, name);
            }
        }

        void AddData(IH5Dataset data, string path)
        {
            if (data.Type.Class != H5DataTypeClass.FloatingPoint || Kind(data.Type.Size) is not { } kind) return;
            ulong[] sizes = data.Space.Dimensions;
            long[] shape = [.. sizes.Select(s => s > int.MaxValue ? -1 : (long)s)];
            long most = data.Layout.Class == H5DataLayoutClass.Chunked ? MostOfAByte * file.Length : file.Length;
            if (TensorTable.Count(shape) is not { } count || count * Elements.Width(kind) > most)
                throw file.Broken($"the data set '{path}' of shape [{string.Join(", ", sizes)}] is larger than the file");
            if (count == 0) return;
            string name = path.EndsWith(":0", StringComparison.Ordinal) ? path[..^2] : path;
            table.Add(name, shape, FilterLayout.HeightWidthInputOutput, () => Try(file, root => Values(root.Dataset(path), kind)));
        }
    }

    private static ElementKind? Kind(int size) => size switch
    {
        2 => ElementKind.Float16,
        4 => ElementKind.Float32,
        8 => ElementKind.Float64,
        _ => null,
    };

    private static float[] Values(IH5Dataset data, ElementKind kind) => kind switch
    {
        ElementKind.Float32 => data.Read<float[]>(),
        ElementKind.Float64 => Array.ConvertAll(data.Read<double[]>(), v => (float)v),
        _ => Array.ConvertAll(data.Read<Half[]>(), v => (float)v),
    };

    private static T Try<T>(FileBytes file, Func<IH5Group, T> action)
    {
        try
        {
            using Bounded stream = new(file.Open(), MaximumReads + 8 * file.Length);
            using NativeFile opened = H5File.Open(stream);
            return action(opened);
        }
        // PureHDF lets whatever a damaged file leads to come out.
        catch (Exception e) when (e is not (InvalidDataException or FileNotFoundException))
        {
            throw file.Broken($"its structure is damaged ({e.Message.TrimEnd('.')})", e);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith($"'{file.Name}'", StringComparison.Ordinal))
        {
            throw file.Broken(e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>A stream that gives no more than so much in all, so that a structure that leads in a circle ends.</summary>
    private sealed class Bounded(Stream inner, long most) : Stream
    {
        private long _given;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value >= 0 && value <= inner.Length ? value
                : throw new InvalidDataException($"it points to byte {value} of {inner.Length}");
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (buffer.Length > inner.Length - inner.Position)
                throw new InvalidDataException($"{buffer.Length} bytes are claimed at byte {inner.Position} of {inner.Length}");
            if ((_given += buffer.Length + 1) > most) throw new InvalidDataException("its structure leads in a circle");
            return inner.Read(buffer);
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => inner.Position,
            _ => inner.Length,
        };

        public override void Flush() { }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
