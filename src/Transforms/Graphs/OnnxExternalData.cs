using System.Globalization;
using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>Brings tensors that an ONNX model keeps in files beside itself into the model: files of its own folder, and nothing
/// else.</summary>
internal static class OnnxExternalData
{
    /// <summary>Reads the initializers that are kept outside.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="name">What messages call the model.</param>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="InvalidDataException">A file lies elsewhere or is not there, or a tensor claims more than it has.</exception>
    public static void Read(GraphProto graph, string name, string folder)
    {
        long left = int.MaxValue;
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (tensor.DataLocation != TensorProto.Types.DataLocation.External) continue;
            string? Entry(string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
            string location = Entry("location") ?? "";
            InvalidDataException Broken(string why) => new($"Tensor '{tensor.Name}' of '{name}' is kept in the file '{location}': {why}.");
            if (location.Length == 0 || location != Path.GetFileName(location) || location is "." or "..")
                throw Broken("only files of the model's own folder are read");
            FileInfo file = new(Path.Combine(folder, location));
            if (!file.Exists) throw Broken($"it is not beside the model, in '{folder}'");
            if (file.LinkTarget is not null && Path.GetDirectoryName(file.ResolveLinkTarget(true)!.FullName) != Path.GetFullPath(folder))
                throw Broken("it is a link out of the model's own folder");
            long offset = Number("offset") ?? 0, length = Number("length") ?? file.Length - offset;
            if (offset < 0 || length < 0 || length > left || offset > file.Length - length)
                throw Broken($"it claims {length} bytes from byte {offset} of {file.Length}");
            left -= length;
            byte[] bytes = new byte[length];
            using (FileStream stream = file.OpenRead())
            {
                stream.Position = offset;
                stream.ReadExactly(bytes);
            }
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
            tensor.DataLocation = TensorProto.Types.DataLocation.Default;
            tensor.ExternalData.Clear();

            long? Number(string key) => Entry(key) is not { } text ? null
                : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n
                    : throw Broken($"its {key} is '{text}'");
        }
    }
}
