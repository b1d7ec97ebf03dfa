using System.Globalization;
using MLNetStyle.Graphs;

namespace MLNetStyle;

/// <summary>Writes a network's way from the image to some of its layers as an ONNX file for other programs, such as ML.NET's
/// ApplyOnnxModel.</summary>
/// <remarks>
/// The input is [1, 3, height, width], red, green, blue, 0 to 255, which is what ExtractPixels gives with its defaults; the
/// preprocessing is inside. Each output is [1, channels, height / downscale, width / downscale] and has its layer's name.
/// Stateless; safe for use by several threads at once.
/// </remarks>
public static class NetworkExporter
{
    /// <summary>The name of the input: the column that ApplyOnnxModel reads.</summary>
    public const string InputName = "Pixels";

    /// <summary>Writes the file. It appears complete or not at all; an existing one is replaced.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">The layers to put out, for example relu4_2; these are the columns that ApplyOnnxModel makes.</param>
    /// <param name="path">The .onnx file.</param>
    /// <param name="width">The images' width in pixels; 0 leaves width and height open, for a shape dictionary to fill in.</param>
    /// <param name="height">The images' height in pixels; 0 if the width is 0.</param>
    /// <exception cref="ArgumentException">
    /// There is no layer, the network has no layer of a name, only one side is given, or a side is too small for the last layer.
    /// </exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Export(Network network, IReadOnlyList<string> layers, string path, int width = 0, int height = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string[] names = [.. layers.Select(network.Canonical).Distinct()];
        if (names.Length == 0) throw new ArgumentException("No layer is named. Name at least one, for example relu4_2.", nameof(layers));
        bool open = width == 0 && height == 0;
        int least = names.Max(network.LeastSide);
        if (!open && (width < least || height < least))
            throw new ArgumentException($"Images of {width} x {height} pixels are too small for these layers: {least} pixels each way "
                + $"are needed, or 0 for both to leave the size open.", nameof(width));
        GraphBuilder graph = new($"{network.Name} features");
        GraphValue image = graph.Input(InputName, ElementType.Float, "1", "3", open ? "height" : Text(height), open ? "width"
            : Text(width));
        IReadOnlyDictionary<string, GraphValue> maps = network.Build(graph, image, names, "network/"); // the bare names are for the outputs
        foreach (string name in names)
        {
            int downscale = network.Downscale(name);
            (int columns, int rows) = open ? (0, 0) : network.SizeOf(name, width, height);
            string Side(string symbol, int side) => !open ? Text(side) : network.IsGraph ? $"{symbol} of {name}"
                : downscale == 1 ? symbol : $"{symbol} / {Text(downscale)}";
            graph.Output(maps[name], name, ElementType.Float, "1", Text(network.Channels(name)), Side("height", rows),
                Side("width", columns));
        }
        OnnxFile.Save(graph, path, new Dictionary<string, string>(network.Metadata)
        {
            ["network"] = network.Name,
            ["sha256"] = network.Sha256,
            ["pooling"] = network.Pooling.ToString(),
            ["layers"] = string.Join(',', names),
        });
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
