using System.CommandLine;
using System.Diagnostics;
using System.Text;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Gallery;

/// <summary>Makes the pictures of a gallery that are wanted and not there yet, then its page and its sheet.</summary>
internal sealed class GalleryMaker
{
    public const string Page = "index.html", Sheet = "sheet.jpg";
    private const int Columns = 6, SheetQuality = 70;

    private readonly GalleryInput _input;
    private readonly IReadOnlyList<GalleryItem> _items;
    private readonly GalleryState _state;
    private readonly TransferDisplay _display;
    private readonly RootCommand _root;

    /// <param name="input">What the gallery is made of.</param>
    /// <param name="items">All its pictures.</param>
    /// <param name="state">Those that are there.</param>
    /// <param name="display">Shows what goes on.</param>
    public GalleryMaker(GalleryInput input, IReadOnlyList<GalleryItem> items, GalleryState state, TransferDisplay display)
    {
        (_input, _items, _state, _display) = (input, items, state, display);
        GalleryDisplay inner = new(display);
        _root = new RootCommand { StylizeCommand.Create(inner), InterpolateCommand.Create(inner) };
    }

    /// <summary>Makes pictures; one that fails is told of and the next one made.</summary>
    /// <param name="wanted">Which of them.</param>
    /// <param name="cancellation">Ends it after what is done; the picture at hand is dropped.</param>
    /// <returns>How many were made, and those that failed with the reason.</returns>
    public (int Made, IReadOnlyList<string> Failed) Make(IReadOnlyList<GalleryItem> wanted, CancellationToken cancellation)
    {
        List<string> failed = [];
        int made = 0;
        for (int i = 0; i < wanted.Count && !cancellation.IsCancellationRequested; i++)
        {
            _display.Picture(wanted[i].Name, i, wanted.Count);
            try
            {
                if (MakeOne(wanted[i], cancellation)) made++;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failed.Add($"{wanted[i].Name}: {e.Message}");
                _display.Note($"{wanted[i].Name} failed: {e.Message}");
            }
        }
        return (made, failed);
    }

    /// <summary>Writes the page and the sheet of all pictures that are there.</summary>
    /// <param name="command">The command that makes the gallery.</param>
    /// <returns>How many there are.</returns>
    public int Publish(string command)
    {
        GalleryItem[] there = [.. _items.Where(_state.Has)];
        if (there.Length == 0) return 0;
        WholeFile.Write(At(Page), Encoding.UTF8.GetBytes(GalleryPage.Write(_input, there, _state, command)));
        PlanarImage sheet = ContactSheet.Draw(
            "MLNetStyle: gallery",
            [.. there.GroupBy(i => i.Group).Select(g => (g.Key, (IReadOnlyList<SheetPicture>)[.. g.Select(Pictured)]))],
            Columns);
        PictureFile.Save(sheet, At(Sheet), SheetQuality);
        return there.Length;
    }

    private SheetPicture Pictured(GalleryItem item)
    {
        (int width, int height, _) = _state.Of(item);
        return new SheetPicture(item.Caption, (double)width / height, () => PictureFile.Read(At(item.File)));
    }

    private string At(string file) => Path.Combine(_input.Folder, file);

    /// <summary>Makes a picture under another name and gives it its own when it is whole; false if it was interrupted.</summary>
    private bool MakeOne(GalleryItem item, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        string half = At($".half-{item.File}");
        try
        {
            if (item.Original is not null) Copy(item.Original, half);
            if (item.Paint is not null) Paint(item.Paint, half);
            foreach (IReadOnlyList<string> command in item.Commands)
            {
                int code = Run([.. command.Select(a => a == At(item.File) ? half : a)], cancellation);
                if (code == CommandRunner.Interrupted || cancellation.IsCancellationRequested) return false;
                if (code != 0) throw new InvalidOperationException($"'{CommandText.Of(command)}' ended with the exit code {code}.");
            }
            (int width, int height) = PictureFile.ReadSize(half);
            File.Move(half, At(item.File), overwrite: true);
            _state.Note(item, width, height, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            return true;
        }
        finally
        {
            File.Delete(half);
        }
    }

    private void Copy(string original, string to)
    {
        PlanarImage image = PictureFile.Read(original, options: new PictureReadOptions { LongerSide = _input.Size });
        (int width, int height) = Resizer.Fit(image.Width, image.Height, _input.Size);
        PictureFile.Save(Resizer.Resize(image, width, height), to, GalleryInput.Quality);
    }

    // As large as the first content picture is in the gallery.
    private void Paint(Func<int, int, PlanarImage> paint, string to)
    {
        (int width, int height) = PictureFile.ReadSize(_input.Content(0));
        (width, height) = Resizer.Fit(width, height, _input.Size);
        PictureFile.Save(paint(width, height), to);
    }

    private int Run(string[] arguments, CancellationToken cancellation)
    {
        ParseResult parsed = _root.Parse(arguments);
        if (parsed.Errors.Count > 0) throw new UsageException([.. parsed.Errors.Select(e => e.Message)]);
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            cancellation).GetAwaiter().GetResult();
    }
}
