using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle networks: what is known, what is there, and where it is looked for; import, verify and pull below it.</summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        Option<string> layers = new("--layers")
        {
            Description = "List the layers of a network instead: channels, stride, what they "
            + "stand for",
            HelpName = "NAME|FILE"
        };
        Command command = new("networks", "Lists the feature networks: which are known, which were found, and where they are looked for.")
        {
            layers, NetworkImportCommand.Create(), NetworkVerifyCommand.Create(), NetworkPullCommand.Create(),
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(layers) is { } network) ListLayers(Network.Load(network));
            else ListNetworks();
            return 0;
        });
        return command;
    }

    private static void ListNetworks()
    {
        foreach (KnownModel model in KnownModel.All)
        {
            string where = ModelFiles.Find(model.Name)
                ?? (model.ComesWithLibrary ? "comes with the program" : $"not found. {model.HowToGet}");
            Console.Out.WriteLine($"{model.Name}: {model.Title}, {model.Licence}");
            Console.Out.WriteLine($"  from   {model.Source}");
            Console.Out.WriteLine($"  file   {where}");
        }
        Console.Out.WriteLine($"{NetworkRelay.Name}: {string.Join(", then ", NetworkRelay.Networks(NetworkRelay.Name))}, at each "
            + $"size one after the other");
        Console.Out.WriteLine($"Looked for in, in this order ({ModelFiles.Variable} adds folders in front):");
        foreach (string folder in ModelFiles.Folders()) Console.Out.WriteLine($"  {folder}");
    }

    private static void ListLayers(Network network)
    {
        IEnumerable<string[]> rows = network.IsGraph
            ? network.GraphTable.Select(r => (string[])[r.Layer.Name, r.Layer.Operator, Text(r.Layer.Channels), Text(r.Layer.Stride),
                r.Layer.Behind ? "behind an operator without a rule" : string.Join(", ", r.StandsFor)])
            : network.Layers.Select(l => (string[])[l, l[..4] switch { "conv" => "Conv", "relu" => "Relu", _ =>
                "Pool" }, Text(network.Channels(l)),
                Text(network.Downscale(l)), ""]);
        string[][] table = [["layer", "operator", "channels", "stride", "stands for"], .. rows];
        int[] widths = [.. Enumerable.Range(0, 4).Select(c => table.Max(r => r[c].Length))];
        foreach (string[] row in table)
            Console.Out.WriteLine(Terminal.Plain(string.Join("  ", row.Select((cell, c) => c switch
            {
                2 or 3 => cell.PadLeft(widths[c]),
                4 => cell,
                _ => cell.PadRight(widths[c]),
            })).TrimEnd()));
        if (network.UnsupportedOperators.Count > 0)
            Terminal.Warning("no gradient passes "
                + $"{string.Join(", ", network.UnsupportedOperators.Select(o => $"{o.Key} ({o.Value})"))}; layers behind "
                + $"them can't be used.");
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);
}
