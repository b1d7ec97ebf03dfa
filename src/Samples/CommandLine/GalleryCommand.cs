using System.CommandLine;
using MLNetStyle.Samples.Gallery;
using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle gallery: every preset and every control as a picture, a page and a contact sheet.</summary>
internal static class GalleryCommand
{
    private const int MostPictures = 4;

    public static Command Create()
    {
        Option<string[]> content = new("--content")
        {
            Description = "Content pictures, one or several; our own painted ones unless given",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true
        };
        Option<string[]> style = new("--style", "-s")
        {
            Description = "Style pictures, one or several; our own painted ones unless given",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true
        };
        Option<string> outputDir = new("--output-dir", "-o")
        {
            Description = "Where it goes; made if it is missing",
            DefaultValueFactory = _ => "gallery",
            HelpName = "DIR"
        };
        Option<string[]> only = new("--only")
        {
            Description = "Make these pictures alone, by their names or by groups of them, as in "
            + "--only presets statistic-gram",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true
        };
        Option<int> size = Numbers.Only(new Option<int>("--size")
        {
            Description = "The longer side of the pictures in pixels",
            DefaultValueFactory = _ => 256,
            HelpName = "N"
        });
        Option<string> network = new("--network")
        {
            Description = "The feature network, for presets too",
            DefaultValueFactory = _ =>
            ModelFiles.DefaultNetwork,
            HelpName = "NAME|FILE"
        };
        Option<int> most = Numbers.Only(new Option<int>("--most-iterations")
        {
            Description = "What a preset may take; those of the articles have up to 5000",
            DefaultValueFactory = _ => 500,
            HelpName = "N"
        });
        Option<bool> force = new("--force") { Description = "Make pictures anew that are there already" };
        Option<bool> list = new("--list") { Description = "List the pictures and make none" };
        Command command = new TeachingCommand("gallery", "Makes a page and a contact sheet with a picture of every preset and every control.", """
            Examples:
              mlnetstyle gallery --output-dir gallery
              mlnetstyle gallery --output-dir gallery --only presets scale
              mlnetstyle gallery --content photo.jpg --style a.jpg b.jpg --output-dir mine --size 384

            Pictures that the same command has made before are kept. Ctrl-C keeps those that are done; another call goes on from there.
            """)
        { content, style, outputDir, only, size, network, most, force, list };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            parsed.GetValue(content) ?? [], parsed.GetValue(style) ?? [], parsed.GetRequiredValue(outputDir), parsed.GetValue(only) ?? [],
                parsed.GetValue(size),
            parsed.GetRequiredValue(network), parsed.GetValue(most), parsed.GetValue(force), parsed.GetValue(list), CommandOf(parsed),
                cancellation)));
        return command;
    }

    private static int Run(string[] contents, string[] styles, string folder, string[] only, int size, string network, int most,
        bool force, bool list, string command, CancellationToken cancellation)
    {
        UsageException.ThrowIfAny([
            .. contents.Select(c => ImageFiles.Refusal(c, "--content")),
            .. styles.Select(s => ImageFiles.Refusal(s, "--style")),
            contents.Length > MostPictures ? $"--content names {contents.Length} pictures; at most {MostPictures} are taken." : null,
            styles.Length > MostPictures ? $"--style names {styles.Length} pictures; at most {MostPictures} are taken." : null,
            File.Exists(folder) ? $"--output-dir '{folder}' is a file; name a folder." : null,
            size is >= 32 and <= 1024 ? null : $"--size is {size}; a gallery's pictures are 32 to 1024 pixels long.",
            most is >= 1 and <= 100_000 ? null : $"--most-iterations is {most}; allowed is 1 to 100000.",
        ]);
        if (contents.Length == 0) contents = SamplePictures.Folder("content", "--content");
        if (styles.Length == 0) styles = SamplePictures.Folder("style", "--style");
        GalleryInput input = new(contents, styles, folder, size, network, most);
        IReadOnlyList<GalleryItem> items = GalleryItems.Of(input);
        if (list)
        {
            foreach (GalleryItem item in items) Terminal.Out.WriteLine($"{item.Name,-34} {item.Group}: {item.Caption}");
            return 0;
        }
        HashSet<string> wanted = Wanted(items, only, folder);
        Directory.CreateDirectory(folder);
        GalleryState state = force && only.Length == 0 ? GalleryState.Empty(folder) : GalleryState.Read(folder);
        GalleryItem[] making = [.. items.Where(i => wanted.Contains(i.Name) && (force || !state.Has(i)))];
        TransferDisplay display = TransferDisplay.Create();
        GalleryMaker maker = new(input, items, state, display);
        (int made, IReadOnlyList<string> failed) = display.Run(() => maker.Make(making, cancellation));
        int there = maker.Publish(command);
        foreach (string failure in failed) Terminal.Error(failure);
        string page = Path.Combine(folder, GalleryMaker.Page);
        Terminal.Out.WriteLine($"{made} pictures made, {wanted.Count - making.Length} there "
            + $"already{(made < making.Length ? $", {making.Length - made} not made" : "")}.");
        if (there > 0) Terminal.Out.WriteLine($"{page} and {GalleryMaker.Sheet} show {there} of {items.Count}.");
        return cancellation.IsCancellationRequested ? CommandRunner.Interrupted : failed.Count > 0 ? CommandRunner.Failed : 0;
    }

    private static HashSet<string> Wanted(IReadOnlyList<GalleryItem> items, string[] only, string folder)
    {
        if (only.Length == 0) return [.. items.Select(i => i.Name)];
        string[] asked = [.. only.SelectMany(o => o.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        UsageException.ThrowIfAny(asked.Where(o => !items.Any(i => Is(i, o))).Select(o =>
            $"--only '{o}' is no picture and no group of the gallery. Groups are "
                + $"{string.Join(", ", items.Select(i => Key(i.Group)).Distinct())}; 'mlnetstyle gallery --list' has the pictures."));
        GalleryItem[] named = [.. items.Where(i => asked.Any(o => Is(i, o)))];
        HashSet<string> files = [.. named.SelectMany(i => i.Commands).SelectMany(c => c)]; // pictures that others are made of, masks among them
        return [.. named.Concat(items.Where(i => files.Contains(Path.Combine(folder, i.File)))).Select(i => i.Name)];
    }

    private static bool Is(GalleryItem item, string name) => string.Equals(item.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Key(item.Group), Key(name), StringComparison.OrdinalIgnoreCase);

    private static string Key(string group) => group.ToLowerInvariant().Replace(' ', '-');

    // How the gallery can be made again: as it was asked for, without what this call alone was about.
    private static string CommandOf(ParseResult parsed)
    {
        List<string> arguments = ["gallery"];
        foreach (string option in (string[])["--content", "--style", "--output-dir", "--size", "--network", "--most-iterations"])
            if (parsed.GetResult(option) is { } result
                && result.Tokens.Count > 0) arguments.AddRange([option, .. result.Tokens.Select(t => t.Value)]);
        return CommandText.Of(arguments);
    }
}
