using System.Numerics.Tensors;

namespace MLNetStyle.Kernels;

/// <content>Nearest vectors to a map's pixels.</content>
internal sealed unsafe partial class ConvolutionEngine
{
    private const int StripsAtOnce = 4;

    private readonly Work _searching;
    private readonly Work _distances;
    private AlignedBuffer? _searchScratch;
    private NeighborCall _neighbors;

    /// <summary>The kernels, for what has to be brought into their order.</summary>
    internal KernelSet Kernels => _kernels;

    /// <summary>Keeps a copy of a map, which later searches take into account, and the lengths of its pixels.</summary>
    internal void Keep(FeatureMap map, NeighborField field)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        field.Reserve(map);
        Buffer.MemoryCopy(map.Data, field.Second, map.Length * sizeof(float), map.Length * sizeof(float));
        field.Length.AsSpan().Clear();
        for (int block = 0; block < map.Blocks; block++)
            for (long pixel = 0; pixel < map.Pixels; pixel++)
                field.Length[pixel] += TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(
                    map.Data + (block * map.Pixels + pixel) * Layout.Block, Layout.Block));
        TensorPrimitives.Sqrt(field.Length, field.Length);
    }

    /// <summary>Finds for each pixel of a map the vector whose direction from the mean is nearest, less what the vector costs.</summary>
    /// <param name="map">The map.</param>
    /// <param name="field">The vectors; receives what is found.</param>
    /// <param name="kept">Whether the kept copy has its shares in what is searched for; else the map is all.</param>
    internal void Search(FeatureMap map, NeighborField field, bool kept)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _neighbors = field.Call(map);
        _neighbors.Second = kept ? field.Second : null;
        long floats = _neighbors.ScratchFloats * Threads;
        if (_searchScratch is null || _searchScratch.Bytes < floats * sizeof(float))
        {
            _searchScratch?.Dispose();
            _searchScratch = new AlignedBuffer(floats * sizeof(float));
        }
        fixed (int* index = field.Index)
        fixed (float* length = field.Length, cosine = field.Cosine, share = field.Share)
        {
            _neighbors.Share = share;
            _neighbors.Cosine = cosine;
            _neighbors.Index = index;
            _neighbors.Length = length;
            const int Pixels = NeighborCall.Strip * StripsAtOnce;
            _pool.Run(_searching, (int)((map.Pixels + Pixels - 1) / Pixels));
        }
    }

    /// <summary>
    /// The sum over the pixels of weight times (1 - cosine) to the vectors that were found; its gradient is set, or added to the map's.
    /// </summary>
    internal double NeighborDistance(FeatureMap map, NeighborField field, float scale, bool add)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        AllocateGradients();
        _neighbors = field.Call(map);
        _neighbors.Gradient = map.GradientData;
        (_down, _add) = (scale, add);
        int items = Chunks(map);
        Room(items);
        fixed (int* index = field.Index)
        fixed (float* weight = field.Weight)
        {
            _neighbors.Index = index;
            _neighbors.Weight = weight;
            _map = map;
            _pool.Run(_distances, items);
        }
        return Sum(0, items, 1);
    }

    private void SearchPart(int item, int worker)
    {
        long first = (long)item * NeighborCall.Strip * StripsAtOnce, end = Math.Min(first + NeighborCall.Strip * StripsAtOnce,
            _neighbors.Pixels);
        float* scratch = _searchScratch!.Floats + worker * _neighbors.ScratchFloats;
        for (; first < end; first += NeighborCall.Strip)
            _kernels.Nearest(_neighbors, first, (int)Math.Min(NeighborCall.Strip, end - first), _neighbors.Index + first, scratch);
    }

    private void DistancePart(int item, int worker)
    {
        long first = (long)item * PixelsAtOnce;
        _partSums[item] = _kernels.NeighborDistance(_neighbors, first, Math.Min(PixelsAtOnce, _neighbors.Pixels - first), _down, _add);
    }
}
