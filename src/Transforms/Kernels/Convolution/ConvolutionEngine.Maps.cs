namespace MLNetStyle.Kernels;

internal sealed unsafe partial class ConvolutionEngine
{
    private const int PixelsAtOnce = 1024;
    private const int MostParts = 16;
    private const int Strip = 24;

    /// <summary>Pixels that are summed before their sum goes to the matrix.</summary>
    private const int Run = 256;

    private readonly Work _toPlanes;
    private readonly Work _fromPlanes;
    private readonly Work _gram;
    private readonly Work _gramEnd;
    private readonly Work _multiplying;
    private readonly Work _packingMatrix;
    private FeatureMap? _map;
    private float* _planar;
    private float* _matrix;
    private float* _from;
    private float* _to;
    private bool _add;

    internal void CopyMap(FeatureMap map, Span<float> planar)
    {
        CheckLength(map, planar.Length, map.Channels * map.Pixels);
        fixed (float* p = planar) RunOver(map, p, _toPlanes, map.Blocks * Chunks(map));
    }

    internal void SetGradient(FeatureMap map, ReadOnlySpan<float> planar)
    {
        CheckLength(map, planar.Length, map.Channels * map.Pixels);
        AllocateGradients();
        fixed (float* p = planar) RunOver(map, p, _fromPlanes, map.Blocks * Chunks(map));
    }

    internal void Gram(FeatureMap map, Span<float> gram)
    {
        CheckLength(map, gram.Length, (long)map.Channels * map.Channels);
        fixed (float* p = gram)
        {
            RunOver(map, p, _gram, map.Blocks * Parts(map));
            RunOver(map, p, _gramEnd, map.Blocks);
        }
    }

    internal void MultiplyIntoGradient(FeatureMap map, ReadOnlySpan<float> matrix, bool add)
    {
        CheckLength(map, matrix.Length, (long)map.Channels * map.Channels);
        AllocateGradients();
        fixed (float* p = matrix) RunOver(map, p, _packingMatrix, map.Blocks);
        Multiply(map, _scratch!.Floats, map.Data, map.GradientData, add);
    }

    /// <summary>A packed matrix times a map of a size, into another one.</summary>
    private void Multiply(FeatureMap size, float* packed, float* from, float* to, bool add)
    {
        _matrix = packed;
        _from = from;
        _to = to;
        _add = add;
        long pixels = PixelsPerItem(size);
        RunOver(size, null, _multiplying, (int)((size.Pixels + pixels - 1) / pixels));
    }

    /// <summary>How many parts of the pixels are summed on their own: as the size says, not the threads.</summary>
    private static int Parts(FeatureMap map) => (int)Math.Clamp(map.Pixels / PixelsAtOnce, 1, MostParts);

    /// <summary>Floats of work area that <see cref="FeatureMap.Gram"/> and <see cref="FeatureMap.MultiplyIntoGradient"/> need.</summary>
    private long GramFloats(FeatureMap map)
    {
        long channels = map.Blocks * Layout.Block, square = channels * channels;
        return Math.Max(square * Parts(map), square + 2 * channels * Strip * Threads);
    }

    private void CheckLength(FeatureMap map, int length, long needed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Width == 0) throw new InvalidOperationException($"Map '{map.Name}' is empty: call Forward first.");
        if (length != needed) throw new ArgumentException($"Map '{map.Name}' ({map.Channels} x {map.Height} x {map.Width}) needs "
            + $"{needed} numbers here; there are {length}.");
    }

    private static int Chunks(FeatureMap map) => (int)((map.Pixels + PixelsAtOnce - 1) / PixelsAtOnce);

    private void RunOver(FeatureMap map, float* planar, Work work, int items)
    {
        _map = map;
        _planar = planar;
        _pool.Run(work, items);
    }

    private void ToPlanes(int item, int worker)
    {
        FeatureMap map = _map!;
        Chunk(map, item, out int block, out long first, out long count, out int channels);
        Transposer.ToPlanes(map.Data + block * map.Pixels * Layout.Block, _planar + block * map.Pixels * Layout.Block, map.Pixels,
            channels, first, count);
    }

    private void FromPlanes(int item, int worker)
    {
        FeatureMap map = _map!;
        Chunk(map, item, out int block, out long first, out long count, out int channels);
        Transposer.FromPlanes(_planar + block * map.Pixels * Layout.Block, map.GradientData + block * map.Pixels * Layout.Block,
            map.Pixels, channels, first, count);
    }

    private static void Chunk(FeatureMap map, int item, out int block, out long first, out long count, out int channels)
    {
        int chunks = Chunks(map);
        block = item / chunks;
        first = (long)(item % chunks) * PixelsAtOnce;
        count = Math.Min(PixelsAtOnce, map.Pixels - first);
        channels = Math.Min(Layout.Block, map.Channels - block * Layout.Block);
    }

    /// <summary>Sixteen rows of one part's matrix, right of the diagonal.</summary>
    private void GramPart(int item, int worker)
    {
        FeatureMap map = _map!;
        int parts = Parts(map), part = item % parts, row = item / parts, channels = map.Blocks * Layout.Block;
        long first = map.Pixels * part / parts, end = map.Pixels * (part + 1) / parts;
        float* sums = _scratch!.Floats + (long)part * channels * channels + (long)row * Layout.Block * channels;
        new Span<float>(sums, Layout.Block * channels).Clear();
        float* data = map.Data;
        for (long pixel = first; pixel < end; pixel += Run)
        {
            long count = Math.Min(Run, end - pixel);
            float* a = data + (row * map.Pixels + pixel) * Layout.Block;
            for (int column = row; column < map.Blocks; column++)
                _kernels.AddOuter(a, data + (column * map.Pixels + pixel) * Layout.Block, count, sums + column * Layout.Block, channels);
        }
    }

    /// <summary>Adds the parts up, in order, and fills both halves.</summary>
    private void GramEnd(int block, int worker)
    {
        FeatureMap map = _map!;
        int parts = Parts(map), channels = map.Blocks * Layout.Block, real = map.Channels;
        for (int row = block * Layout.Block; row < Math.Min((block + 1) * Layout.Block, real); row++)
        {
            for (int column = row; column < real; column++)
            {
                float* p = _scratch!.Floats + (long)row * channels + column;
                double sum = 0;
                for (int part = 0; part < parts; part++) sum += p[(long)part * channels * channels];
                _planar[(long)row * real + column] = _planar[(long)column * real + row] = (float)sum;
            }
        }
    }

    private void MultiplyPart(int item, int worker)
    {
        FeatureMap map = _map!;
        int channels = map.Blocks * Layout.Block;
        long pixels = PixelsPerItem(map), end = Math.Min((item + 1) * pixels, map.Pixels);
        float* own = _scratch!.Floats + (long)channels * channels + (long)worker * 2 * channels * Strip;
        for (long first = item * pixels; first < end; first += Strip)
            _kernels.MultiplyPixels(_matrix, channels, _from, _to, map.Pixels, first, (int)Math.Min(Strip, end - first), _add, own);
    }

    /// <summary>Strips enough that sharing them out costs little beside the work.</summary>
    private static long PixelsPerItem(FeatureMap map) => Strip * Math.Max(1, 512 / (map.Blocks * Layout.Block));

    private void PackMatrixPart(int block, int worker)
    {
        int channels = _map!.Channels;
        _kernels.PackMatrix(_planar, channels, _map.Blocks * Layout.Block, block * Layout.Block, (block + 1) * Layout.Block,
            _scratch!.Floats);
    }
}
