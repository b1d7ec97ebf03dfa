using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;
using MLNetStyle.Imaging;

namespace MLNetStyle.Graphs;

/// <summary>Writes and reads .onnx files.</summary>
/// <remarks>Stateless; safe for use by several threads at once, each on files and graphs of its own.</remarks>
internal static class OnnxFile
{
    // What this library does not know of the format goes: ONNX Runtime would act on it, and read other files for it.
    private static readonly MessageParser<ModelProto> s_parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>Writes a graph with its weights inside. The file appears complete or not at all; an existing one is replaced.</summary>
    /// <param name="graph">The graph, with its outputs declared.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Notes of any kind, kept in the file's metadata_props; null for none.</param>
    /// <exception cref="InvalidOperationException">The graph has no output, or more than 2 GB of weights.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(GraphBuilder graph, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (graph.Proto.Output.Count == 0)
            throw new InvalidOperationException($"The graph '{graph.Proto.Name}' has no output to write to '{path}'; declare one with "
                + $"{nameof(GraphBuilder.Output)}.");
        ModelProto model = OnnxFormat.Of(graph, withWeights: true);
        foreach ((string key, string value) in (metadata ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

        WholeFile.Write(path, stream => model.WriteTo(stream));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file, of at most 2 GB.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no ONNX model, or a tensor in it is damaged or kept in another file; the message
    /// names both.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no ONNX file '{path}'.", path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Load(stream, path);
    }

    /// <summary>Reads a model from a stream.</summary>
    /// <param name="stream">The stream, read to its end.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">The folder whose files tensors may be kept in; null refuses such tensors.</param>
    /// <exception cref="InvalidDataException">The stream holds no ONNX model, or a tensor in it is damaged or kept elsewhere; the message
    /// names both.</exception>
    public static OnnxModel Load(Stream stream, string name, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (stream.CanSeek && stream.Length - stream.Position > int.MaxValue)
            throw new InvalidDataException($"'{name}' has {stream.Length - stream.Position:N0} bytes; an ONNX file has at most "
                + $"{int.MaxValue:N0}.");
        try
        {
            ModelProto model = s_parser.ParseFrom(stream);
            if (model.Graph is null || model.OpsetImport.Count == 0)
                throw new InvalidDataException($"'{name}' is no ONNX model: it has no graph or names no operator set.");
            if (folder is not null) OnnxExternalData.Read(model.Graph, name, folder);
            return new OnnxModel(name, model);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"'{name}' is no ONNX model, or is cut short: {e.Message}", e);
        }
    }

    /// <summary>Whether a model that can be read keeps tensors in other files.</summary>
    public static bool HasTensorsElsewhere(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return s_parser.ParseFrom(stream).Graph.Initializer.Any(t => t.DataLocation == TensorProto.Types.DataLocation.External);
    }
}
