using System.Numerics.Tensors;
using MLNetStyle.Graphs;

namespace MLNetStyle.Networks;

/// <summary>What a layer does to the map before it.</summary>
internal enum NetworkLayerKind
{
    /// <summary>A 3 x 3 convolution with stride 1, one row and column of zeros on every side, and a bias.</summary>
    Convolution,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>2 x 2 pooling with stride 2; a last odd row or column is left out.</summary>
    Pool,
}

/// <summary>One layer of a network. Each layer's input is the output of the one before it; the first one's is the image less
/// <see cref="Networks.Preprocessing.Offset"/>.</summary>
/// <param name="Name">The layer's name: conv1_1, relu1_1, pool1.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Channels">The channels of its output.</param>
/// <param name="Downscale">How many times smaller than the image its output is: 1, 2, 4, 8, 16 or 32.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed record NetworkLayer(string Name, NetworkLayerKind Kind, int Channels, int Downscale)
{
    private readonly Lazy<Weight>? _weight;
    private readonly Lazy<Weight>? _bias;
    private readonly Lazy<Weight>? _tap;

    internal NetworkLayer(string name, int channels, int downscale, Lazy<Weight> weight, Lazy<Weight> bias)
        : this(name, NetworkLayerKind.Convolution, channels, downscale) => (_weight, _bias) = (weight, bias);

    internal NetworkLayer(string name, int channels, int downscale, Lazy<Weight>? tap)
        : this(name, NetworkLayerKind.Relu, channels, downscale) => _tap = tap;

    /// <summary>
    /// A convolution's weight, [output channels, input channels, 3, 3]; null for other layers. Read from the file on first use. The
    /// first convolution's takes red, green, blue values 0..255 less <see cref="Networks.Preprocessing.Offset"/>: channel order and
    /// gain are multiplied in.
    /// </summary>
    /// <exception cref="InvalidDataException">The file has changed, or the tensor has values that are not finite.</exception>
    public Weight? Weight => _weight?.Value;

    /// <summary>A convolution's bias, [output channels]; null for other layers. Read from the file on first use.</summary>
    /// <exception cref="InvalidDataException">The file has changed, or the tensor has values that are not finite.</exception>
    public Weight? Bias => _bias?.Value;

    /// <summary>
    /// A linear map over the channels of a ReLU's output, [channels, channels, 1, 1], which outsiders see that output through; the next
    /// layer does not. Null for most networks. A network that stands for a larger one has it: distances between its tapped maps
    /// weigh directions as the larger one's do. Read from the file on first use.
    /// </summary>
    /// <exception cref="InvalidDataException">The file has changed, or the tensor has values that are not finite.</exception>
    public Weight? Tap => _tap?.Value;

    /// <summary>The ReLU seen with each channel multiplied by a factor, behind the tap that it has.</summary>
    /// <param name="factors">A factor for each channel.</param>
    internal NetworkLayer Scaled(float[] factors) => new(Name, Channels, Downscale, new Lazy<Weight>(() =>
    {
        float[] matrix = new float[Channels * Channels];
        if (Tap is { } tap) tap.Values.CopyTo(matrix, 0);
        else for (int i = 0; i < Channels; i++) matrix[i * Channels + i] = 1;
        for (int i = 0; i < Channels; i++)
            TensorPrimitives.Multiply(matrix.AsSpan(i * Channels, Channels), factors[i], matrix.AsSpan(i * Channels, Channels));
        return new Weight($"{Name}.unit", matrix, Channels, Channels, 1, 1);
    }));
}
