using System.CommandLine;
using MLNetStyle.Networks;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle networks import FILE: takes a network over from any format, so that it is found by its name.</summary>
internal static class NetworkImportCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE")
        {
            Description = "safetensors, ONNX, PyTorch (.pth), Keras (.h5), NumPy (.npz) or "
            + "MatConvNet (.mat)"
        };
        Option<string> name = new("--name")
        {
            Description = "The name to find it by; the file's own where none is given",
            HelpName = "NAME"
        };
        Option<string> pixels = new("--preprocessing")
        {
            Description = "What its pixels are, where the format's own convention is not the file's: torchvision (RGB, 0..1, mean "
                + "and deviation), "
                + "caffe (BGR, 0..255 less the mean), oxford (RGB, 0..255 less the mean), levels (0..255), unit (0..1), signed (-1..1)",
            HelpName = "CONVENTION",
        };
        pixels.AcceptOnlyFromAmong([.. Conventions.Named.Keys]);
        Command command = new("import", "Reads a network's file, tries it on a known picture, and puts it where names are looked "
            + "for.") { file, name, pixels };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            string stem = (parsed.GetValue(name) ?? NetworkNames.Stem(path)).Trim().ToLowerInvariant();
            UsageException.ThrowIfAny([NetworkNames.Refusal(stem), File.Exists(path) ? null : $"FILE '{path}' does not exist."]);
            Network network = NetworkImport.Read(path, parsed.GetValue(pixels));
            string verdict = NetworkImport.Verify(network, path);
            string target = NetworkImport.Write(network, ModelFiles.CacheFolder, stem, parsed.GetValue(pixels));
            Console.Out.WriteLine(Terminal.Plain($"{stem}: {verdict}, {network.Layers.Count} layers up to {network.Layers[^1]}"));
            Console.Out.WriteLine(Terminal.Plain($"  file   {target}"));
            if (ModelFiles.Find(stem) is { } found && found != target)
                Terminal.Warning($"the name '{stem}' leads to {found}, which is looked for before; give another one with --name.");
            return 0;
        });
        return command;
    }
}

/// <summary>Names that networks are found by.</summary>
internal static class NetworkNames
{
    /// <summary>A file's name without its endings.</summary>
    public static string Stem(string path) => Path.GetFileName(path).Split('.')[0];

    /// <summary>What is wrong with a name, if anything.</summary>
    public static string? Refusal(string name) =>
        name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || NetworkRelay.IsRelay(name)
            ? $"--name '{name}' is no name for a network: letters, digits, - and _ are, but not 'relay'." : null;
}
