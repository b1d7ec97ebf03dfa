using MLNetStyle.Graphs;

namespace MLNetStyle.Networks;

/// <summary>The one door for files with weights: the first bytes tell the format, not the name.</summary>
internal static class TensorFiles
{
    private const int Head = 128;

    /// <summary>The endings of files that a network can be in.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".safetensors", ".onnx", ".pth", ".pt", ".h5", ".hdf5", ".npz", ".mat"];

    /// <summary>Opens a file of any known format.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="open">Opens its bytes from the start, as often as needed.</param>
    /// <param name="folder">The folder that it lies in, where an ONNX model may keep its tensors; null for none.</param>
    /// <exception cref="InvalidDataException">It is of no known format, or damaged.</exception>
    public static ITensorFile Open(string name, Func<Stream> open, string? folder = null)
    {
        byte[] head = new byte[Head];
        int length;
        using (Stream stream = open()) length = stream.ReadAtLeast(head, Head, throwOnEndOfStream: false);
        ReadOnlySpan<byte> start = head.AsSpan(0, length);
        if (start.StartsWith("PK"u8)) return Zip(name, open);
        if (TorchLegacyFile.Begins(start)) return TorchLegacyFile.Read(new FileBytes(name, "PyTorch", open));
        if (Hdf5File.Begins(start)) return Hdf5File.Read(new FileBytes(name, "HDF5", open));
        if (MatFile.Begins(start)) return MatFile.Read(new FileBytes(name, "MATLAB", open));
        string extension = Path.GetExtension(name).ToLowerInvariant();
        if (extension == ".safetensors" || (length > 8 && head[8] == '{')) return new SafetensorsFile(name, open);
        if (extension != ".onnx" && (Extensions.Contains(extension) || length == 0 || head[0] is not (0x08 or 0x3a or 0x12)))
            throw new InvalidDataException($"'{name}' ({extension}) begins like no network file that is known: safetensors, ONNX, PyTorch "
                + $"(.pth), HDF5 (Keras' .h5), NumPy (.npz) and MATLAB (.mat) are.");
        using Stream onnx = open();
        return new OnnxTensorFile(OnnxFile.Load(onnx, name, folder));
    }

    private static ITensorFile Zip(string name, Func<Stream> open)
    {
        FileBytes file = new(name, "PyTorch or NumPy", open);
        bool numpy = ZipEntries.Try(file, archive => archive.Entries.Any(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal))
            && !archive.Entries.Any(e => e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)));
        return numpy ? NpzFile.Read(new FileBytes(name, "NumPy", open)) : TorchZipFile.Read(new FileBytes(name, "PyTorch", open));
    }
}
