using MLNetStyle.Graphs;
using MLNetStyle.Kernels;

namespace MLNetStyle.Networks;

/// <summary>Makes the CPU engine for a network.</summary>
internal static class NetworkEngine
{
    /// <summary>An engine for maps of a network; the image is 0..255, red, green, blue.</summary>
    /// <param name="network">The network; its weights are shared, not copied.</param>
    /// <param name="maps">The layers whose maps are wanted, by their names in <see cref="Network.Layers"/>.</param>
    /// <param name="threads">0 for all processors.</param>
    /// <param name="path">The vector registers; null for the best.</param>
    /// <param name="keepTransformedWeights">See <see cref="EngineOptions.KeepTransformedWeights"/>.</param>
    public static ConvolutionEngine Create(
        Network network, IReadOnlyCollection<string> maps, int threads = 0, SimdPath? path = null, bool keepTransformedWeights = true) =>
        new(Layers(network, maps), maps, new EngineOptions
        {
            Threads = threads,
            Path = path,
            KeepTransformedWeights = keepTransformedWeights,
            // Scale and channel order are in the first convolution's weights already.
            Mean = network.Preprocessing.Offset(),
        });

    /// <summary>What a layer is to the engine.</summary>
    public static EngineLayerKind KindOf(NetworkLayer layer, Pooling pooling) => layer.Kind switch
    {
        NetworkLayerKind.Convolution => EngineLayerKind.Convolution,
        NetworkLayerKind.Relu => EngineLayerKind.Relu,
        _ => pooling == Pooling.Max ? EngineLayerKind.MaxPool : EngineLayerKind.AveragePool,
    };

    private static List<EngineLayer> Layers(Network network, IEnumerable<string> maps)
    {
        List<EngineLayer> layers = [];
        int channels = 3;
        foreach (NetworkLayer layer in network.Upto(maps))
        {
            layers.Add(KindOf(layer, network.Pooling) switch
            {
                EngineLayerKind.Convolution => Convolution(layer, channels),
                EngineLayerKind.Relu => EngineLayer.Relu(layer.Name),
                EngineLayerKind.MaxPool => EngineLayer.MaxPool(layer.Name),
                _ => EngineLayer.AveragePool(layer.Name),
            });
            channels = layer.Channels;
        }
        return layers;
    }

    private static EngineLayer Convolution(NetworkLayer layer, int inputs)
    {
        Weight weight = layer.Weight!;
        return EngineLayer.Convolution(layer.Name, inputs, layer.Channels, () => weight.Values, layer.Bias!.Values);
    }
}
