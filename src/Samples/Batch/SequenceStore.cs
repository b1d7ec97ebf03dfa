using System.Runtime.InteropServices;
using System.Text;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.Batch;

/// <summary>
/// Keeps what a sequence carries from frame to frame for the last few frames, so that one that was stopped goes on as if it had not been.
/// Where it
/// is lost the last result takes its place: the next frame then starts from what its file holds.
/// </summary>
/// <param name="folder">Where it is kept.</param>
/// <param name="settings">A name for the settings.</param>
internal sealed class SequenceStore(string folder, string settings)
{
    // The last one that is done, the one that is being written, two that wait for it, and the one that waits to be handed on.
    private const int Kept = 5;

    private int _next;

    /// <summary>Keeps what follows a frame.</summary>
    public void Keep(BatchItem frame, SequenceStart start)
    {
        try
        {
            Directory.CreateDirectory(folder);
            WholeFile.Write(FileOf(_next++ % Kept), stream =>
            {
                using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
                writer.Write(NameOf(frame));
                writer.Write(start.Picture.Width);
                writer.Write(start.Picture.Height);
                writer.Write(MemoryMarshal.AsBytes(start.PaintedFor.Samples.AsSpan()));
                writer.Write(MemoryMarshal.AsBytes(start.Picture.Samples.AsSpan()));
            }, durable: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The frame itself can't be written then, which says so.
        }
    }

    /// <summary>What followed a frame; null if it isn't kept.</summary>
    public SequenceStart? Find(BatchItem frame)
    {
        for (int i = 0; i < Kept; i++)
        {
            if (!File.Exists(FileOf(i))) continue;
            try
            {
                using BinaryReader reader = new(File.OpenRead(FileOf(i)), Encoding.UTF8);
                if (reader.ReadString() != NameOf(frame)) continue;
                int width = reader.ReadInt32(), height = reader.ReadInt32();
                if (width is < 1 or > StylizationOptions.MaxSize || height is < 1 or > StylizationOptions.MaxSize) continue;
                _next = i + 1;
                return new SequenceStart(Read(reader, width, height), Read(reader, width, height));
            }
            catch (Exception e) when (e is IOException or FormatException)
            {
                // Lost half.
            }
        }
        return null;
    }

    private static PlanarImage Read(BinaryReader reader, int width, int height)
    {
        PlanarImage image = new(width, height);
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(image.Samples.AsSpan()));
        return image;
    }

    private string NameOf(BatchItem frame) => $"{settings}\0{frame.Output}\0{frame.Path}";

    private string FileOf(int slot) => Path.Combine(folder, FormattableString.Invariant($"{slot}.bin"));
}

/// <summary>The frames of a sequence in their order, and what is carried between them.</summary>
/// <param name="items">The frames.</param>
/// <param name="state">What has been done.</param>
/// <param name="store">Keeps what is carried.</param>
internal sealed class BatchSequence(IReadOnlyList<BatchItem> items, BatchState state, SequenceStore store)
{
    private readonly Dictionary<BatchItem, int> _places = items.Select((item, i) => (item, i)).ToDictionary(p => p.item, p => p.i);

    /// <summary>Keeps what follows a frame.</summary>
    public void Keep(BatchItem frame, SequenceStart start) => store.Keep(frame, start);

    /// <summary>What a frame starts from, where another process made the frame before; null for the first frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="content">Reads the content of a frame at the size of its picture.</param>
    public SequenceStart? Before(BatchItem frame, Func<BatchItem, PlanarImage> content)
    {
        for (int i = _places[frame] - 1; i >= 0; i--)
        {
            BatchItem before = items[i];
            if (state.Of(before, anyFile: false, out _, out _) != BatchStanding.Done) continue;
            if (store.Find(before) is { } kept) return kept;
            PlanarImage shown = content(before), picture = PictureFile.Read(state.OutputOf(before));
            return (shown.Width, shown.Height) == (picture.Width, picture.Height) ? new SequenceStart(shown, picture) : null;
        }
        return null;
    }
}
