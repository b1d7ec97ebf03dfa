using System.Globalization;
using System.Security.Cryptography;
using MLNetStyle;
using MLNetStyle.QuantizeVgg19;

const string Usage = """
    Makes onnx-models/vgg19.safetensors, VGG-19 in 8 bits up to conv5_1, out of a whole VGG-19.

    QuantizeVgg19 SOURCE OUTPUT                             writes OUTPUT; SOURCE is a .safetensors file in 32-bit floats
    QuantizeVgg19 compare SOURCE FILE PICTURE... [--size N] how far FILE's maps are from SOURCE's, layer by layer, on pictures
                                                            with a longer side of N pixels (384)
    """;
const string Last = "conv5_1";

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    switch (args)
    {
        case ["compare", string source, string file, .. string[] rest]:
            return Compare(source, file, rest);
        case [string source, string output] when !source.StartsWith('-') && source != "compare":
            return Quantize(source, output);
        case ["--help" or "-h"]:
            Console.WriteLine(Usage);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Quantize(string source, string output)
{
    if (Path.GetFullPath(source) == Path.GetFullPath(output)) throw new ArgumentException($"'{output}' is the source itself. Name "
        + $"another file to write.");
    Network network = Network.Load(Path.GetFullPath(source));
    Console.WriteLine("layer    weights  relative error");
    foreach ((string layer, QuantizedTensor weights) in QuantizedFile.Write(network, Last, output))
        Console.WriteLine($"{layer}  {weights.Codes.Length,7}  "
            + $"{(weights.Minimums is null ? weights.Error.ToString("0.00000") : "none, bit for bit")}");
    Console.WriteLine($"{output}: {new FileInfo(output).Length} bytes, SHA-256 "
        + $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(output)))}");
    return 0;
}

static int Compare(string source, string file, string[] rest)
{
    int size = 384;
    List<string> files = [];
    for (int i = 0; i < rest.Length; i++)
    {
        if (rest[i] != "--size") files.Add(rest[i]);
        else if (i + 1 == rest.Length || !int.TryParse(rest[++i], out size)
            || size is < 32 or > 2048) throw new ArgumentException("--size takes a number of pixels, 32 to 2048.");
    }
    if (files.Count == 0) throw new ArgumentException("Name a picture to compare on.");
    PlanarImage[] pictures = [.. files.Select(f =>
    {
        PlanarImage picture = PictureFile.Read(f);
        (int width, int height) = Resizer.Fit(picture.Width, picture.Height, size);
        return Resizer.Resize(picture, width, height);
    })];
    Console.WriteLine("layer    map      Gram matrix (relative errors)");
    foreach ((string layer, double map, double gram) in FeatureErrors.Of(Network.Load(Path.GetFullPath(source)),
        Network.Load(Path.GetFullPath(file)), pictures))
        Console.WriteLine($"{layer}  {map:0.0000}   {gram:0.0000}");
    return 0;
}
