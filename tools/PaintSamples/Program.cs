using System.Diagnostics;
using System.Globalization;
using MLNetStyle;
using MLNetStyle.PaintSamples;

const string Usage = """
    Paints the sample pictures: content scenes and styles, all made by this program.

    PaintSamples [FOLDER] [--size WIDTHxHEIGHT] [--seed N] [--only NAME] [--png]

      FOLDER    where to; content/NAME.jpg, style/NAME.jpg and mask/NAME.png appear there (samples)
      --size    the pictures' size, 64 to 4096 pixels a side (1024x768)
      --seed    another number gives other pictures (1)
      --only    paint one picture alone
      --png     write .png files, without loss
    """;

const int JpegQuality = 90;
string folder = "images";
(int Width, int Height) size = (1024, 768);
int seed = 1;
string? only = null;
bool png = false;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--help" or "-h":
            Console.WriteLine(Usage);
            return 0;
        case "--png":
            png = true;
            break;
        case "--size" when i + 1 < args.Length && ParseSize(args[i + 1]) is { } parsed:
            size = parsed;
            i++;
            break;
        case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        case "--only" when i + 1 < args.Length && Painting.All.Any(p => p.Name == args[i + 1]):
            only = args[++i];
            break;
        case string name when !name.StartsWith('-'):
            folder = name;
            break;
        default:
            Console.Error.WriteLine($"Not understood: {string.Join(' ', args[i..Math.Min(args.Length, i + 2)])}. Pictures: "
                + $"{string.Join(", ", Painting.All.Select(p => p.Name))}.");
            Console.Error.WriteLine(Usage);
            return 2;
    }
}

foreach (Painting painting in Painting.All)
{
    if (only is not null && painting.Name != only) continue;
    Stopwatch clock = Stopwatch.StartNew();
    (int width, int height) = painting.IsMask ? (size.Width / 2, size.Height / 2) : size;
    Canvas canvas = new(width, height);
    painting.Paint(canvas, seed);
    string file = Path.Combine(folder, painting.Folder, painting.Name + (png || painting.IsMask ? ".png" : ".jpg"));
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    PictureFile.Save(painting.IsMask ? canvas.FinishFlat() : canvas.Finish(), file, JpegQuality);
    Console.WriteLine($"{file}  {width} x {height}, {new FileInfo(file).Length / 1024} KB, {clock.Elapsed.TotalSeconds:0.0} s");
}
return 0;

static (int Width, int Height)? ParseSize(string text) =>
    text.Split('x') is [string w, string h] && int.TryParse(w, out int width) && int.TryParse(h, out int height)
    && width is >= 64 and <= 4096 && height is >= 64 and <= 4096 ? (width, height) : null;
