using System.CommandLine;
using System.Globalization;
using System.Text;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.Batch;
using MLNetStyle.Samples.Gallery;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options of a batch that show before and after: --page and --sheet.</summary>
internal sealed class ViewArguments
{
    private const int Most = 120, Side = 560, SheetSide = 324, Columns = 6, Quality = 82;

    private readonly Option<string?> _page = new("--page")
    {
        Description = $"Write an HTML page of before and after, with its pictures inside, when the run ends; the first {Most} are shown. "
            + "The same command writes it later too",
        HelpName = "FILE.html",
    };
    private readonly Option<string?> _sheet = new("--sheet")
    {
        Description = $"Write one picture with all befores and afters side by side, the first {Most}",
        HelpName = "FILE.jpg|png|webp",
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_page, _sheet];

    /// <summary>Whether one of them is given.</summary>
    public bool IsGiven(ParseResult parsed) => Files(parsed).Any();

    /// <summary>The files that are written.</summary>
    public IEnumerable<NamedFile> Files(ParseResult parsed)
    {
        if (parsed.GetValue(_page) is { } page) yield return new NamedFile(page, _page.Name);
        if (parsed.GetValue(_sheet) is { } sheet) yield return new NamedFile(sheet, _sheet.Name);
    }

    /// <summary>What is wrong with the values, if anything.</summary>
    public IEnumerable<string> Refusals(ParseResult parsed)
    {
        if (parsed.GetValue(_page) is { } page && Path.GetExtension(page).ToLowerInvariant() is not (".html" or ".htm"))
            yield return $"--page '{page}' does not end in .html.";
        if (parsed.GetValue(_sheet) is { } sheet && !PictureFile.CanWrite(sheet))
            yield return $"--sheet '{sheet}' ends in none of .png, .jpg, .jpeg and .webp.";
    }

    /// <summary>Writes what is asked for.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="root">The folder that paths of pictures begin from.</param>
    /// <param name="state">What has been done.</param>
    /// <param name="done">The pictures that are done.</param>
    /// <param name="failed">Those that could not be made, and why.</param>
    /// <param name="left">How many are left.</param>
    /// <param name="styles">The style pictures.</param>
    /// <param name="display">Shows how far it is.</param>
    public void Write(ParseResult parsed, string root, BatchState state, IReadOnlyList<BatchItem> done,
        IReadOnlyList<(BatchItem Item, string Reason)> failed, int left, IEnumerable<string> styles, TransferDisplay display)
    {
        BatchItem[] shown = [.. done.Take(Most)];
        display.Run(() =>
        {
            if (parsed.GetValue(_page) is { } page)
            {
                List<PagePair> pairs = [];
                for (int i = 0; i < shown.Length; i++)
                {
                    BatchItem item = shown[i];
                    display.Picture($"page: {item.Path}", i, shown.Length);
                    if (Readable(item, () => new PagePair(Inside(item.Path, Path.Combine(root, item.Path)), Inside(item.Path,
                        state.OutputOf(item)))) is { } pair) pairs.Add(pair);
                }
                string html = BatchPage.Write([.. styles.Select(s => Inside(Path.GetFileName(s), s))], pairs,
                    [.. failed.Select(f => (f.Item.Path, f.Reason))], done.Count, left);
                WholeFile.Write(page, Encoding.UTF8.GetBytes(html));
            }
            if (parsed.GetValue(_sheet) is { } sheet && shown.Length > 0)
            {
                display.Picture("sheet", 0, 1);
                SheetPicture[] pictures = [.. shown.SelectMany(item => Readable(item, () => (SheetPicture[])[
                    OnSheet(item.Path, Path.Combine(root, item.Path)), OnSheet("", state.OutputOf(item))]) ?? [])];
                string title = string.Create(CultureInfo.InvariantCulture, $"{done.Count} pictures");
                if (pictures.Length > 0) PictureFile.Save(ContactSheet.Draw(title, [("Before and after", pictures)], Columns), sheet,
                    new PictureWriteOptions { Quality = 90 });
            }
            return 0;

            // An original may be gone by now: what is done stays done.
            T? Readable<T>(BatchItem item, Func<T> read)
                where T : class
            {
                try
                {
                    return read();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ImageReadException)
                {
                    display.Note($"left out of the view: '{item.Path}': {e.Message}");
                    return null;
                }
            }
        });
        foreach (NamedFile file in Files(parsed)) Terminal.Note($"{file.Path} shows {shown.Length} of {done.Count} pictures.");
    }

    private static PlanarImage Small(string file, int side)
    {
        PlanarImage image = PictureFile.Read(file, opaque: true, new PictureReadOptions { LongerSide = side, AcceptTruncated = true });
        (int width, int height) = Resizer.Fit(image.Width, image.Height, Math.Min(side, Math.Max(image.Width, image.Height)));
        return Resizer.Resize(image, width, height);
    }

    private static PageImage Inside(string name, string file)
    {
        PlanarImage small = Small(file, Side);
        return new PageImage(name, small.Width, small.Height, PictureWriter.Encode(new Picture(small, null), ".jpg",
            new PictureWriteOptions { Quality = Quality }));
    }

    private static SheetPicture OnSheet(string caption, string file)
    {
        PlanarImage small = Small(file, SheetSide);
        return new SheetPicture(caption, 1, () => small); // of one width, so that pairs stay side by side
    }
}
