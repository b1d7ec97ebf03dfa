using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MLNetStyle.Networks;

namespace MLNetStyle.QuantizeVgg19;

/// <summary>Writes a network's convolutions up to a layer as a .safetensors file: weights I8, steps and biases F32.</summary>
internal static class QuantizedFile
{
    private static readonly int[] s_blocks = [2, 2, 4, 4, 4];

    /// <summary>Writes the file, which appears complete or not at all.</summary>
    /// <returns>For each convolution its name, and its weights as written.</returns>
    public static IReadOnlyList<(string Layer, QuantizedTensor Weights)> Write(Network network, string last, string path)
    {
        if (network.Preprocessing.Gain().Any(g => g != 1) || network.Preprocessing.Bgr)
            throw new InvalidDataException($"'{network.Name}' takes other input than red, green, blue in 0..255 less a mean; convert it "
                + $"first.");
        Dictionary<string, object> header = new()
        {
            ["__metadata__"] = new Dictionary<string, string>
            {
                ["architecture"] = "vgg19",
                ["channel_order"] = "RGB",
                ["pixel_scale"] = "255",
                ["mean"] = string.Join(",", network.Preprocessing.Mean.Select(m => m.ToString("R", System.Globalization.CultureInfo.InvariantCulture))),
                ["std"] = "1,1,1",
                ["source"] = "VGG-19, K. Simonyan and A. Zisserman, Visual Geometry Group, University of Oxford, ILSVRC-2014",
                ["changed"] = $"ends at {last}; weights in 8 bits: q * scale or, where there is a minimum, (q + 128) * scale + minimum",
                ["license"] = "CC BY 4.0",
            },
        };
        using MemoryStream data = new();
        List<(string, QuantizedTensor)> written = [];
        foreach (NetworkLayer layer in network.Upto([last]).Where(l => l.Kind == NetworkLayerKind.Convolution))
        {
            string stem = $"features.{Index(layer.Name)}", name = stem + ".weight";
            long[] shape = [.. layer.Weight!.Shape], perFilter = [shape[0]];
            QuantizedTensor weights = QuantizedTensor.Of(layer.Weight.Values, (int)shape[0]);
            // Floats first: they stay aligned to four bytes.
            Add(name + ".scale", "F32", perFilter, MemoryMarshal.AsBytes(weights.Scales.AsSpan()));
            if (weights.Minimums is { } minimums) Add(name + ".minimum", "F32", perFilter, MemoryMarshal.AsBytes(minimums.AsSpan()));
            Add(stem + ".bias", "F32", perFilter, MemoryMarshal.AsBytes(layer.Bias!.Values.AsSpan()));
            Add(name, "I8", shape, MemoryMarshal.AsBytes(weights.Codes.AsSpan()));
            written.Add((layer.Name, weights));
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        int padded = (json.Length + 7) / 8 * 8;
        string temporary = path + ".tmp";
        using (FileStream file = File.Create(temporary))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, padded);
            file.Write(length);
            file.Write(json);
            for (int i = json.Length; i < padded; i++) file.WriteByte((byte)' ');
            data.WriteTo(file);
        }
        File.Move(temporary, path, overwrite: true);
        return written;

        void Add(string name, string type, long[] shape, ReadOnlySpan<byte> bytes)
        {
            long start = data.Length;
            data.Write(bytes);
            header[name] = new { dtype = type, shape, data_offsets = new[] { start, data.Length } };
        }
    }

    /// <summary>torchvision's number of a convolution: every convolution and every ReLU counts one, and so does every pooling.</summary>
    private static int Index(string layer)
    {
        int block = layer[4] - '1', number = layer[6] - '1';
        return s_blocks.Take(block).Sum(n => 2 * n + 1) + 2 * number;
    }
}
