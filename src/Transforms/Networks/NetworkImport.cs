using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using MLNetStyle.Graphs;
using MLNetStyle.Graphs.Onnx;
using MLNetStyle.Imaging;

namespace MLNetStyle.Networks;

/// <summary>Takes a network's file over: reads it, tries it on a known picture, and writes it where its name is looked for.</summary>
/// <remarks>Stateless; safe for use by several threads and programs at once: files appear whole, by a rename.</remarks>
internal static class NetworkImport
{
    private const int Side = 64;
    private const int Tried = 12;

    /// <summary>Reads a network's file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pixels">What its pixels are, a name of <see cref="Conventions.Named"/>; null leaves it to the format.</param>
    /// <exception cref="InvalidDataException">It is no network that can be read.</exception>
    public static Network Read(string file, string? pixels)
    {
        string path = Path.GetFullPath(file);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file '{file}'.", file);
        return Network.Open(Path.GetFileNameWithoutExtension(path), path, path, Pooling.Max, () => File.OpenRead(path),
            pixels is null ? null : Conventions.Named[pixels]);
    }

    /// <summary>Tries a network on a known picture.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">What messages call it.</param>
    /// <returns>What it was recognised as, for people.</returns>
    /// <exception cref="InvalidDataException">A map has values that are not finite, or the same everywhere; or the weights are known,
    /// and the
    /// answers are not theirs.</exception>
    public static string Verify(Network network, string file)
    {
        string? known = network.IsGraph ? null : KnownWeights.Verify(network, file);
        int side = Side;
        side = Math.Max(side, 2 * network.LeastSide(network.Layers[^1]));
        string[] layers = network.IsGraph
            ? [.. Enumerable.Range(1, Tried).Select(i => network.Layers[(network.Layers.Count - 1) * i / Tried]).Distinct()]
                : [.. network.Layers];
        GraphBuilder graph = new("answers");
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", "height", "width");
        IReadOnlyDictionary<string, GraphValue> maps = network.Build(graph, image, layers);
        for (int i = 0; i < layers.Length; i++) graph.Output(maps[layers[i]], $"answer {i}");
        using GraphSession session = new(graph);
        GraphTensor[] answers = session.Run(new Dictionary<string, GraphTensor>
        {
            ["image"] = new(KnownWeights.Levels(side), 1, 3, side,
            side)
        },
            [.. layers.Select((_, i) => $"answer {i}")]);
        for (int i = 0; i < layers.Length; i++)
        {
            ReadOnlySpan<float> values = answers[i].Values.Span;
            int plane = (int)(answers[i].Shape[2] * answers[i].Shape[3]);
            bool varies = plane == 1;
            for (int at = 0; at < values.Length; at++)
            {
                if (!float.IsFinite(values[at])) throw new InvalidDataException($"'{file}' answers a known picture with values that "
                    + $"are not finite at "
                    + $"{layers[i]}: its scale or its mean looks wrong.");
                varies |= at % plane != 0 && values[at] != values[at - 1];
            }
            if (!varies) throw new InvalidDataException($"'{file}' answers a known picture with the same value everywhere at "
                + $"{layers[i]}: its "
                + $"weights or its scale look wrong.");
        }
        return known is not null ? $"{known}, verified by its answers to a known picture"
            : network.IsGraph ? "a graph of its own; its answers to a known picture are finite"
            : "a VGG of unknown weights; its answers to a known picture are finite, and more can't be said";
    }

    /// <summary>Writes a network: a VGG as .safetensors with floats, another graph as the .onnx file it is, with what its pixels
    /// are.</summary>
    /// <param name="network">The network.</param>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="name">The name, without ending.</param>
    /// <param name="pixels">What its pixels are; null leaves an .onnx file's notes as they are.</param>
    /// <returns>The file.</returns>
    public static string Write(Network network, string folder, string name, string? pixels)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name + (network.IsGraph ? ".onnx" : ".safetensors"));
        if (network.IsGraph && OnnxFile.HasTensorsElsewhere(network.File!))
            throw new InvalidDataException($"'{network.File}' keeps tensors in other files, which can't be taken over with it: give "
                + $"its path where the network is named, or save it as one file.");
        if (network.IsGraph) WholeFile.Write(path, stream => CopyGraph(network.File!, pixels, stream));
        else WholeFile.Write(path, stream => WriteTensors(network, stream));
        return path;
    }

    // Notes that are appended to a protobuf message are merged into it; of two with the same key the last one counts.
    private static void CopyGraph(string file, string? pixels, Stream stream)
    {
        using (FileStream source = File.OpenRead(file)) source.CopyTo(stream);
        ModelProto notes = new();
        if (pixels is not null)
            foreach ((string key, string value) in Conventions.Named[pixels])
                notes.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        notes.WriteTo(stream);
    }

    private static void WriteTensors(Network network, Stream stream)
    {
        List<Func<Weight>> weights = [];
        Dictionary<string, object> header = new() { ["__metadata__"] = network.Metadata };
        long at = 0;
        foreach (NetworkLayer layer in network.Upto([network.Layers[^1]]))
            foreach (Func<NetworkLayer, Weight?> part in (Func<NetworkLayer, Weight?>[])[l => l.Weight, l => l.Bias, l => l.Tap])
            {
                if (part(layer) is not { } weight) continue;
                header[weight.Name] = new { dtype = "F32", shape = weight.Shape, data_offsets = new[] { at, at + 4L * weight.Count } };
                at += 4L * weight.Count;
                weights.Add(() => part(layer)!);
            }
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(header);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        stream.Write(prefix);
        stream.Write(text);
        foreach (Func<Weight> weight in weights) stream.Write(MemoryMarshal.AsBytes(weight().Values.AsSpan()));
    }
}
