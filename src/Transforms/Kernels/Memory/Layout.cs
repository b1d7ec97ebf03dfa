namespace MLNetStyle.Kernels;

/// <summary>The layout of feature maps: [channels / 16][height][width][16], channels filled up with zeros to a multiple of 16.</summary>
internal static class Layout
{
    /// <summary>Channels in a block.</summary>
    public const int Block = 16;

    /// <summary>Rows of the matrix kernel.</summary>
    public const int Rows = 6;

    public static int Blocks(int channels) => (channels + Block - 1) / Block;

    public static int Padded(int channels) => Blocks(channels) * Block;

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
