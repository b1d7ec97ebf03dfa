namespace MLNetStyle.Kernels;

/// <summary>What the kernels of nearest vectors are told: maps in blocks of 16 channels, vectors of unit length about a mean.</summary>
internal unsafe struct NeighborCall
{
    /// <summary>Pixels that are searched for at a time; a multiple of <see cref="Layout.Rows"/>.</summary>
    public const int Strip = 48;

    /// <summary>Vectors that are multiplied before their products are looked at.</summary>
    public const int VectorsAtOnce = 256;

    /// <summary>Channels, filled up to a multiple of 16.</summary>
    public int Channels;

    /// <summary>Vectors, filled up likewise.</summary>
    public int Padded;

    /// <summary>The vectors in the order of weights.</summary>
    public float* Packed;

    /// <summary>The vectors one after the other.</summary>
    public float* Rows;

    /// <summary>What each vector's cosine is lessened by in a search; infinite where there is no vector.</summary>
    public float* Prices;

    /// <summary>The mean that the vectors are seen from.</summary>
    public float* Mean;

    /// <summary>The map, and one that is searched for beside it; the second may be null.</summary>
    public float* Map, Second;

    /// <summary>The share of the second in what is searched for, for each pixel; the rest is the map's.</summary>
    public float* Share;

    /// <summary>The gradient by the map.</summary>
    public float* Gradient;

    /// <summary>The number of each pixel's vector.</summary>
    public int* Index;

    /// <summary>What each pixel counts.</summary>
    public float* Weight;

    /// <summary>Receives the length of what was searched for, for each pixel.</summary>
    public float* Length;

    /// <summary>Receives its cosine about the mean with the vector that was found, whatever that costs.</summary>
    public float* Cosine;

    /// <summary>Pixels of the map.</summary>
    public long Pixels;

    public readonly long ScratchFloats => Strip * ((long)Channels + VectorsAtOnce + 2 * Layout.Block);
}
