using System.CommandLine;
using Microsoft.ML;
using MLNetStyle.Networks;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Fuzz;

/// <summary>A door that files come through: sound files to begin with, and what reads them.</summary>
/// <param name="Name">The target's name.</param>
/// <param name="Seeds">Makes the sound files in a folder, given a folder of more files or null.</param>
/// <param name="Read">Reads a file of the given name.</param>
/// <param name="Expects">Whether an exception is one that the documentation names.</param>
internal sealed record Target(string Name, Func<string, string?, string[]> Seeds, Action<string> Read, Func<Exception, bool> Expects)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("networks", Networks, ReadNetwork, e => e is InvalidDataException),
        new("models", Models, ReadModel, IsMlNets),
        new("pictures", Pictures, file => PictureFile.Read(file), e => e is InvalidDataException),
        new("masks", Masks, ReadMask, e => e is InvalidDataException or ArgumentException),
        new("reports", Reports, ReadReport, e => e is UsageException),
    ];

    private static string[] Networks(string folder, string? more)
    {
        string own = Path.Combine(AppContext.BaseDirectory, "Data", "networks");
        return [.. Files(own).Concat(Files(more))];
    }

    private static void ReadNetwork(string file)
    {
        Network network = Network.Load(file);
        if (network.IsGraph)
        {
            try
            {
                network.SizeOf(network.Layers[^1], 128, 128);
            }
            catch (ArgumentException)
            {
                // No map of a picture of this size, or no such layer under a name of odd characters: said so, as documented.
            }
            return;
        }
        foreach (NetworkLayer layer in network.Upto([network.Layers[^1]]))
            _ = (layer.Weight?.Values, layer.Bias?.Values, layer.Tap?.Values);
    }

    // A saved model holds a style's statistics, the network's name and options: each of these is in one of the entries.
    private static string[] Models(string folder, string? more)
    {
        MLContext ml = new(seed: 0);
        string style = Path.Combine(folder, "style.png"), content = Path.Combine(folder, "content.png");
        PictureFile.Save(Painted(32, 32, 1), style);
        PictureFile.Save(Painted(40, 32, 2), content);
        IDataView rows = ml.Data.LoadFromEnumerable([new Row { Path = content }]);
        StyleTransferOptions options = new() { Size = 32, Iterations = 1 };
        (string Name, IEstimator<ITransformer> Pipeline)[] pipelines =
        [
            ("style", ml.Transforms.LoadPictures("Image", "", "Path")
                .Append(ml.Transforms.StyleTransfer("Styled", "Image", style, options))),
            ("features", ml.Transforms.LoadPictures("Image", "", "Path").Append(ml.Transforms.GramStatistics("Styled", "Image"))),
            ("color", ml.Transforms.LoadPictures("Image", "", "Path").Append(ml.Transforms.PreserveColor("Styled", "Image", "Image"))),
        ];
        string[] made = [.. pipelines.Select(p => Path.Combine(folder, p.Name + ".zip"))];
        for (int i = 0; i < made.Length; i++) ml.Model.Save(pipelines[i].Pipeline.Fit(rows), rows.Schema, made[i]);
        return [.. made, .. Files(more)];
    }

    private static void ReadModel(string file)
    {
        MLContext ml = new(seed: 0);
        ITransformer model = ml.Model.Load(file, out _);
        try
        {
            IDataView rows = ml.Data.LoadFromEnumerable([new Row { Path = Path.Combine(Path.GetDirectoryName(file)!, "content.png") }]);
            _ = model.GetOutputSchema(rows.Schema);
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    // ML.NET's own reader names no exceptions. What comes out of this library's frames has to be one that says what is wrong.
    private static bool IsMlNets(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        bool ours = e.StackTrace?.Split('\n')[0].Contains("MLNetStyle", StringComparison.Ordinal) ?? false;
        return !ours || e is InvalidDataException or InvalidOperationException or ArgumentException or IOException or NotSupportedException
            or FormatException;
    }

    private static string[] Pictures(string folder, string? more)
    {
        string[] names = ["a.png", "b.jpg", "c.webp", "d.png", "e.jpg", "f.webp", "g.png"];
        byte[] alpha = [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)i)];
        for (int i = 0; i < names.Length; i++)
        {
            PictureFile.Save(Painted(48, 32, i), Path.Combine(folder, names[i]), new PictureWriteOptions
            {
                Quality = i < 3 ? 100 : 70,
                BitDepth = names[i] == "g.png" ? 16 : 8,
            }, names[i] == "d.png" ? alpha : null);
        }
        return [.. names.Select(n => Path.Combine(folder, n)), .. Files(more)];
    }

    private static string[] Masks(string folder, string? more)
    {
        PlanarImage regions = new(48, 32), grey = new(48, 32);
        for (int i = 0; i < 48 * 32; i++)
        {
            regions.Plane(i % 48 / 16)[i] = 255;
            for (int c = 0; c < 3; c++) grey.Plane(c)[i] = i % 48 * 5;
        }
        string[] made = [Path.Combine(folder, "regions.png"), Path.Combine(folder, "grey.png"), Path.Combine(folder, "grey.jpg")];
        PictureFile.Save(regions, made[0]);
        PictureFile.Save(grey, made[1]);
        PictureFile.Save(grey, made[2]);
        return [.. made, .. Files(more)];
    }

    private static void ReadMask(string file)
    {
        MaskFile.Read(file);
        MaskFile.ReadRegions([file]);
    }

    private static string[] Reports(string folder, string? more)
    {
        string report = Path.Combine(folder, "report.json");
        File.WriteAllText(report, """
            {
              "run": {
                "version": "0.1.0",
                "arguments": ["stylize", "content.png", "--style", "a.png=2", "--style", "b.png", "--size", "64", "--output", "out.png"]
              },
              "options": { "Size": 64, "StyleLayers": "relu1_1,relu2_1:0.5", "StyleTerms": "gram" },
              "history": [ { "iteration": 1, "total": 3.25e1 }, { "iteration": 2, "total": 1.5 } ]
            }
            """);
        return [report, .. Files(more)];
    }

    private static void ReadReport(string file)
    {
        RootCommand root = new() { StylizeCommand.Create() };
        root.Parse(ReportArguments.Expand(root, ["stylize", ReportArguments.Name, file]));
    }

    private static IEnumerable<string> Files(string? folder) =>
        folder is null ? [] : Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal);

    private static PlanarImage Painted(int width, int height, int seed)
    {
        PlanarImage image = new(width, height);
        Random random = new(seed);
        for (int i = 0; i < image.Samples.Length; i++)
            image.Samples[i] = (float)Math.Clamp(128 + 90 * Math.Sin(i * (0.05 + 0.01 * seed)) + random.Next(-20, 20), 0, 255);
        return image;
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";
    }
}
