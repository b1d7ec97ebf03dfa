namespace MLNetStyle.Kernels;

/// <summary>What the border of a padded map repeats of its inside.</summary>
internal enum BorderKind
{
    /// <summary>The pixel beyond the outermost one: 1 | 0 1 2.</summary>
    Reflect,

    /// <summary>The outermost pixel: 0 | 0 1 2.</summary>
    Edge,
}

/// <summary>How many pixels further in than the outermost one each side of a border finds what it repeats.</summary>
internal readonly record struct BorderSides(int Top, int Bottom, int Left, int Right)
{
    /// <summary>
    /// Where two by two pixels lie in the channels of one: what reflects the pixels themselves at the outermost of them, for those of one
    /// place.
    /// </summary>
    /// <param name="row">0 for the upper pixels, 1 for the lower ones.</param>
    /// <param name="column">0 for the left pixels, 1 for the right ones.</param>
    public static BorderSides Folded(int row, int column) => new(1 - row, row, 1 - column, column);
}

/// <summary>A map of features with a border around it, so that convolutions read what they are padded with: [channels /
/// 16][rows][columns][16].</summary>
/// <remarks>The ring next to the inside is what <see cref="FillBorder(BorderKind, int)"/> fills; wider borders only keep convolutions of
/// whole maps simple.</remarks>
internal sealed unsafe class PaddedMap : IDisposable
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Takes memory, zeroed.</summary>
    public PaddedMap(int channels, int height, int width, int border)
    {
        (Blocks, Height, Width, Border) = (Layout.Blocks(channels), height, width, border);
        _buffer = new AlignedBuffer(Floats * sizeof(float));
    }

    /// <summary>Blocks of sixteen channels.</summary>
    public int Blocks { get; }

    /// <summary>Rows without the border.</summary>
    public int Height { get; }

    /// <summary>Columns without the border.</summary>
    public int Width { get; }

    /// <summary>Pixels of border on every side.</summary>
    public int Border { get; }

    public int Rows => Height + 2 * Border;

    public int Columns => Width + 2 * Border;

    public long Floats => (long)Blocks * Rows * Columns * Layout.Block;

    public float* Data => _buffer.Floats;

    /// <summary>One block of channels.</summary>
    public PaddedBlock Block(int block) => new()
    {
        Inside = Data + (((long)block * Rows + Border) * Columns + Border) * Layout.Block,
        Row = (nint)Columns * Layout.Block,
        Width = Width,
    };

    /// <summary>Fills the ring around the inside of one block.</summary>
    public void FillBorder(BorderKind kind, int block) => FillBorder(Uniform(kind), block);

    /// <summary>Fills the ring of one block, each side from its own distance.</summary>
    public void FillBorder(BorderSides sides, int block)
    {
        PaddedBlock b = Block(block);
        for (int y = 0; y < Height; y++)
        {
            float* row = b.Inside + y * b.Row;
            Copy(row + sides.Left * Layout.Block, row - Layout.Block);
            Copy(row + (Width - 1 - sides.Right) * Layout.Block, row + Width * Layout.Block);
        }
        long bytes = (Width + 2) * Layout.Block * sizeof(float);
        Buffer.MemoryCopy(b.Inside + sides.Top * b.Row - Layout.Block, b.Inside - b.Row - Layout.Block, bytes, bytes);
        Buffer.MemoryCopy(
            b.Inside + (Height - 1 - sides.Bottom) * b.Row - Layout.Block, b.Inside + Height * b.Row - Layout.Block, bytes, bytes);
    }

    /// <summary>Adds a gradient's ring to the pixels that it repeats, and clears it: the way back of filling it.</summary>
    public void FoldBorder(BorderKind kind, int block) => FoldBorder(Uniform(kind), block);

    /// <summary>The same, each side to its own distance.</summary>
    public void FoldBorder(BorderSides sides, int block)
    {
        PaddedBlock b = Block(block);
        for (int x = -1; x <= Width; x++)
        {
            Move(b.Inside - b.Row + x * Layout.Block, b.Inside + sides.Top * b.Row + x * Layout.Block);
            Move(b.Inside + Height * b.Row + x * Layout.Block, b.Inside + (Height - 1 - sides.Bottom) * b.Row + x * Layout.Block);
        }
        for (int y = 0; y < Height; y++)
        {
            float* row = b.Inside + y * b.Row;
            Move(row - Layout.Block, row + sides.Left * Layout.Block);
            Move(row + Width * Layout.Block, row + (Width - 1 - sides.Right) * Layout.Block);
        }
    }

    public void Dispose() => _buffer.Dispose();

    private static BorderSides Uniform(BorderKind kind) => kind == BorderKind.Reflect ? new(1, 1, 1, 1) : default;

    private static void Copy(float* from, float* to)
    {
        for (int lane = 0; lane < Layout.Block; lane++) to[lane] = from[lane];
    }

    private static void Move(float* from, float* to)
    {
        for (int lane = 0; lane < Layout.Block; lane++)
        {
            to[lane] += from[lane];
            from[lane] = 0;
        }
    }
}
