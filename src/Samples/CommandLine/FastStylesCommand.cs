using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle fast-styles list [FILE]: the styles of a network of fast styles.</summary>
internal static class FastStylesCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE")
        {
            Description = $"A network: an .onnx file, or {FastArguments.Shipped}, which comes with the "
            + $"program",
            DefaultValueFactory = _ => FastArguments.Shipped
        };
        Command list = new("list", "Lists the styles of a network.") { file };
        list.SetAction(parsed =>
        {
            string name = parsed.GetValue(file)!;
            string path = FastArguments.Locate(name)
                ?? throw new UsageException([$"FILE '{name}' does not exist; name an .onnx file that 'mlnetstyle train' wrote, or "
                + $"{FastArguments.Shipped}."]);
            using FastStyleNetwork network = FastStyleNetwork.Load(path);
            string size = network.Size is { } known
                ? string.Create(CultureInfo.InvariantCulture, $"{known.ToString().ToLowerInvariant()}, {network.Parameters:N0} numbers")
                : "a model of others";
            Console.Out.WriteLine($"{path}: {size}");
            foreach (string style in network.Styles) Console.Out.WriteLine($"  {style}");
            return 0;
        });
        return new Command("fast-styles", "What is in a network of fast styles.") { list };
    }
}
