using System.Globalization;
using System.Runtime.CompilerServices;
using MLNetStyle.Pipeline;
using MLNetStyle.Samples.Batch;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Pipeline;

namespace MLNetStyle.Tests.Samples;

/// <summary>Films of a still, a noisy, a panned and a changing scene, and how far apart neighbouring pictures of them come out.</summary>
/// <remarks>All of them, printed: dotnet MLNetStyle.Tests.dll measure-sequences SIZE ITERATIONS FRAMES.</remarks>
internal static class SequenceMeasure
{
    public const string Command = "measure-sequences";

    public static readonly string[] Kinds = ["nearly still", "noisy", "panned", "panned by parts", "fading", "object"];

    public static int Execute(string[] arguments)
    {
        int[] numbers = [.. arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        Console.WriteLine("| scene | frames | results, each by itself | with --sequence | last result from that by itself, blurred | "
            + "first from last, blurred: "
            + "by itself, with --sequence |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string kind in Kinds)
        {
            Film film = Of(kind, numbers[0], numbers[2]);
            PlanarImage[] alone = Painted(film, numbers[1], sequence: false), together = Painted(film, numbers[1], sequence: true);
            double lag = Apart(Blurred(alone[^1]), Blurred(together[^1]));
            double own = Apart(Blurred(alone[0]), Blurred(alone[^1])), way = Apart(Blurred(together[0]), Blurred(together[^1]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind} | {Mean(film, film.Frames):F2} | {Mean(film, alone):F2} | {Mean(film, together):F2} | {lag:F2} | {own:F2}, "
                    + $"{way:F2} |"));
        }
        return 0;
    }

    /// <summary>Frames, and how many pixels to the left and up the scene goes from each to the next.</summary>
    internal sealed record Film(PlanarImage[] Frames, double Dx, double Dy);

    /// <summary>Makes the frames of a scene.</summary>
    public static Film Of(string kind, int width, int frames)
    {
        PlanarImage photo = PictureFile.Read(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!,
            "../../images/content/mountain_lake.jpg")));
        (int w, int h) = Resizer.Fit(photo.Width, photo.Height, (int)(width * 1.6));
        PlanarImage scene = Resizer.Resize(photo, w, h);
        int height = width * 3 / 4;
        Random random = new(1);
        return new Film([.. Enumerable.Range(0, frames).Select(i => kind switch
        {
            "nearly still" => Part(0, 0, 1, 0.575),
            "noisy" => Part(0, 0, 1, 5),
            "panned" => Part(3 * i, 0, 1, 0),
            "panned by parts" => Part(1.4 * i, 0.6 * i, 1, 0),
            "fading" => Part(0, 0, 1 - (0.06 * i), 0),
            _ => Object(Part(0, 0, 1, 0), i),
        })], kind == "panned" ? 3 : kind == "panned by parts" ? 1.4 : 0, kind == "panned by parts" ? 0.6 : 0);

        PlanarImage Part(double dx, double dy, double light, double noise)
        {
            PlanarImage part = new(width, height);
            for (int c = 0; c < PlanarImage.Channels; c++)
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width; x++)
                    {
                        double px = x + dx + 4, py = y + dy + 4, s = px - (int)px, t = py - (int)py;
                        double value = ((1 - t) * (((1 - s) * At((int)px, (int)py)) + (s * At((int)px + 1, (int)py))))
                            + (t * (((1 - s) * At((int)px, (int)py + 1)) + (s * At((int)px + 1, (int)py + 1))));
                        double u = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                        part.Plane(c)[(y * width) + x] = (float)Math.Clamp(Math.Round((light * value) + (noise * u)), 0, 255);

                        double At(int i, int j) => scene.Plane(c)[(Math.Min(j, scene.Height - 1) * scene.Width) + Math.Min(i,
                            scene.Width - 1)];
                    }
            return part;
        }

        PlanarImage Object(PlanarImage part, int i)
        {
            for (int y = height / 2; y < height * 3 / 4; y++)
                for (int x = (width / 8) + (i * width / 16); x < (width / 3) + (i * width / 16); x++)
                    if (x < width) (part.Plane(0)[(y * width) + x], part.Plane(1)[(y * width) + x], part.Plane(2)[(y * width) + x]) = (220,
                        40, 40);
            return part;
        }
    }

    /// <summary>The pictures of a film, as a batch makes them.</summary>
    public static PlanarImage[] Painted(Film film, int iterations, bool sequence)
    {
        StyleTransferOptions options = new() { Size = film.Frames[0].Width, Iterations = iterations };
        string style = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../images/style/swirling_oil.jpg"));
        BatchItem[] items = [.. film.Frames.Select((_, i) => new BatchItem($"{i}", $"{i}.png"))];
        using TestFolder folder = new();
        using StylePainter painter = new(_ => new PaintSettings(options, [new StyleImage(style)]), i => new ContentFiles(i.Path, [], null,
            null), null,
            sequence ? new BatchSequence(items, new BatchState(folder.Path, ""), new SequenceStore(folder.Path, "")) : null);
        return [.. film.Frames.Select((f, i) =>
        {
            PlanarImage made = painter.Paint(items[i], new BatchInput(new ImagePixels(f, null,
                Microsoft.ML.Data.MLPixelFormat.Rgba32), []), 0, null, default)!.Color.Clone();
            foreach (ref float sample in made.Samples.AsSpan()) sample = MathF.Round(sample);
            return made;
        })];
    }

    /// <summary>The mean difference of neighbours in levels, where both show the same part of the scene.</summary>
    public static double Mean(Film film, PlanarImage[] pictures) => Enumerable.Range(1, pictures.Length - 1)
        .Average(i => Apart(pictures[i - 1], pictures[i], film.Dx, film.Dy));

    /// <summary>The mean difference of two pictures in levels, the first moved to the left and up; between pixels in proportion.</summary>
    public static double Apart(PlanarImage a, PlanarImage b, double dx = 0, double dy = 0)
    {
        int width = a.Width - (int)Math.Ceiling(dx), height = a.Height - (int)Math.Ceiling(dy);
        double sum = 0;
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) sum += Math.Abs(At(c, x + dx, y + dy) - b.Plane(c)[(y * a.Width) + x]);
        return sum / (PlanarImage.Channels * height * width);

        double At(int c, double x, double y)
        {
            int i = (int)x, j = (int)y;
            double s = x - i, t = y - j;
            return ((1 - t) * (((1 - s) * Of(i, j)) + (s * Of(i + 1, j)))) + (t * (((1 - s) * Of(i, j + 1)) + (s * Of(i + 1, j + 1))));

            double Of(int k, int l) => a.Plane(c)[(Math.Min(l, a.Height - 1) * a.Width) + Math.Min(k, a.Width - 1)];
        }
    }

    /// <summary>A picture without its strokes.</summary>
    public static PlanarImage Blurred(PlanarImage image) => Resizer.Resize(image, Math.Max(1, image.Width / 12), Math.Max(1,
        image.Height / 12));

    private static string Here([CallerFilePath] string path = "") => path;
}
