using System.CommandLine;
using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle export-features FILE.onnx: the feature network for ApplyOnnxModel or any other ONNX runtime.</summary>
internal static class ExportFeaturesCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "The .onnx file to write" };
        Option<string> network = new("--network")
        {
            Description = "The feature network",
            DefaultValueFactory = _ =>
            ModelFiles.DefaultNetwork,
            HelpName = "NAME|FILE"
        };
        Option<string> layers = new("--layers")
        {
            Description = "The layers that become outputs",
            DefaultValueFactory = _ =>
            "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1",
            HelpName = "LAYER,..."
        };
        Option<int> width = Numbers.Only(new Option<int>("--width")
        {
            Description = "The image's width in pixels; 0 leaves it open",
            HelpName = "N",
        });
        Option<int> height = Numbers.Only(new Option<int>("--height")
        {
            Description = "The image's height in pixels; 0 leaves it open",
            HelpName = "N",
        });
        Option<string> pooling = new("--pooling") { Description = "How the network pools", DefaultValueFactory = _ => "max" };
        pooling.AcceptOnlyFromAmong("max", "average");
        Command command = new TeachingCommand("export-features", "Writes the feature network as an ONNX file: pixels in, feature maps out.", $"""
            The input is named {NetworkExporter.InputName}: [1, 3, height, width], red, green and blue planes, 0 to 255, as ML.NET's ExtractPixels gives
            them. The outputs are named after their layers. Give --width and --height for a file that ApplyOnnxModel scores without a shape dictionary.

            Example:
              mlnetstyle export-features features.onnx --layers relu3_1,relu4_1 --width 224 --height 224
            """)
        { file, network, layers, width, height, pooling };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            int w = parsed.GetValue(width), h = parsed.GetValue(height);
            string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
            UsageException.ThrowIfAny([
                Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) ? null : $"FILE '{path}' must end in .onnx.",
                Directory.Exists(folder) ? null : $"FILE '{path}': the folder '{folder}' does not exist; make it first.",
                Side("--width", w),
                Side("--height", h),
                (w == 0) == (h == 0) ? null : "--width and --height go together: give both, or neither.",
            ]);
            string[] wanted = parsed.GetRequiredValue(layers).Split(',',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Network loaded = Network.Load(parsed.GetRequiredValue(network), parsed.GetValue(pooling) == "average" ? Pooling.Average
                : Pooling.Max);
            NetworkExporter.Export(loaded, wanted, path, w, h);
            Terminal.Out.WriteLine($"{path}: {loaded.Name}, {string.Join(", ", wanted)}, {new FileInfo(path).Length / 1024:N0} KB");
            return 0;
        });
        return command;
    }

    private static string? Side(string option, int pixels) =>
        pixels is 0 or (>= StylizationOptions.MinSize and <= StylizationOptions.MaxSize)
            ? null
            : $"{option} is {pixels}; allowed is {StylizationOptions.MinSize} to {StylizationOptions.MaxSize}, or 0 to leave it open.";
}
