using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using MLNetStyle.Graphs;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Training;

/// <summary>Transform networks as ONNX files: an ordinary model that runs anywhere, whose notes say which network it is.</summary>
internal static class TransformFile
{
    private const string Key = "mlnetstyle.fast_styles";
    private const string NormsName = "styles.norms";
    private const string PhotographKey = "mlnetstyle.photograph";
    private const int LeastHalf = 256;

    /// <summary>Writes a model.</summary>
    /// <param name="network">The network.</param>
    /// <param name="half">Whether filters are written in 16 bits.</param>
    /// <param name="notes">Further notes for the file.</param>
    public static byte[] ToBytes(TransformNetwork network, bool half, IReadOnlyDictionary<string, string>? notes = null)
    {
        ModelProto model = OnnxFormat.Of(TransformGraph.Model(network), withWeights: true);
        model.MetadataProps.Add(new StringStringEntryProto
        {
            Key = Key,
            Value = JsonSerializer.Serialize(new Note(network.Shape.Name, network.Styles))
        });
        // Not a tensor: other runtimes would warn of one that nothing reads.
        if (network.Photograph is { } photograph)
            model.MetadataProps.Add(new StringStringEntryProto
            {
                Key = PhotographKey,
                Value = Convert.ToBase64String(MemoryMarshal.AsBytes(photograph.AsSpan()))
            });
        foreach ((string key, string value) in (notes ?? new Dictionary<string, string>())
            .Where(n => n.Key is not (Key or PhotographKey)).OrderBy(n => n.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        if (half) Halve(model.Graph);
        return model.ToByteArray();
    }

    /// <summary>Whether a model is one that <see cref="ToBytes"/> wrote.</summary>
    public static bool Is(OnnxModel model) => model.Metadata.ContainsKey(Key);

    /// <summary>Takes the parameters out of a model.</summary>
    /// <exception cref="InvalidDataException">The notes or the tensors don't make a network.</exception>
    public static TransformNetwork Read(OnnxModel model)
    {
        Note note;
        try
        {
            note = JsonSerializer.Deserialize<Note>(model.Metadata[Key])!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The note {Key} of '{model.Name}' is damaged: {e.Message}", e);
        }
        TransformShape shape = TransformShape.All.FirstOrDefault(s => s.Name == note.Network)
            ?? throw new InvalidDataException($"'{model.Name}' holds a network '{note.Network}'; this version knows "
                + $"{string.Join(", ", TransformShape.All.Select(s => s.Name))}.");
        float[] shared = new float[shape.SharedCount];
        foreach (TransformLayer layer in shape.Layers) Values(layer.Name, layer.Filters).CopyTo(shared, layer.FilterOffset);
        Values($"{shape.Layers[^1].Name}.offset", shape.SharedCount - shape.BiasOffset).CopyTo(shared, shape.BiasOffset);
        float[] norms = Values(NormsName, checked((note.Styles?.Count ?? 0) * shape.StyleCount));
        return TransformNetwork.Of(shape, shared, note.Styles ?? [], [.. norms.Chunk(shape.StyleCount)], Photograph());

        float[]? Photograph()
        {
            if (!model.Metadata.TryGetValue(PhotographKey, out string? text)) return null;
            float[] values = new float[shape.StyleCount];
            return Convert.TryFromBase64String(text, MemoryMarshal.AsBytes(values.AsSpan()), out int bytes)
                && bytes == values.Length * sizeof(float) ? values
                : throw new InvalidDataException($"The note {PhotographKey} of '{model.Name}' is damaged: it must be {values.Length} "
                    + $"numbers in base 64.");
        }

        float[] Values(string name, int count) =>
            model.Weights.TryGetValue(name, out Weight? weight) || model.Weights.TryGetValue(name + ".half", out weight)
                ? weight.Values.Length == count ? weight.Values
                    : throw new InvalidDataException($"The tensor '{name}' of '{model.Name}' has {weight.Values.Length} numbers; it "
                    + $"needs {count}.")
                : throw new InvalidDataException($"'{model.Name}' lacks the tensor '{name}'.");
    }

    // 16 bits in the file, 32 as soon as it is loaded: rounding moves a level by a hundredth.
    private static void Halve(GraphProto graph)
    {
        int at = 0;
        foreach (TensorProto tensor in graph.Initializer.Where(t => t.DataType == (int)TensorProto.Types.DataType.Float
            && t.RawData.Length > LeastHalf * sizeof(float)))
        {
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
            Half[] halves = new Half[values.Length];
            for (int i = 0; i < halves.Length; i++) halves[i] = (Half)values[i];
            NodeProto cast = new() { OpType = "Cast", Name = tensor.Name };
            cast.Input.Add(tensor.Name + ".half");
            cast.Output.Add(tensor.Name);
            cast.Attribute.Add(new GraphAttribute("to", (long)ElementType.Float).ToProto());
            graph.Node.Insert(at++, cast);
            tensor.Name += ".half";
            tensor.DataType = (int)TensorProto.Types.DataType.Float16;
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(halves.AsSpan()));
        }
    }

    private sealed record Note(string Network, IReadOnlyList<string> Styles);
}
