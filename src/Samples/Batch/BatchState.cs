using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>How a picture of a batch stands.</summary>
internal enum BatchStanding
{
    /// <summary>It is to be made.</summary>
    Left,

    /// <summary>It is there, whole, and made with these settings.</summary>
    Done,

    /// <summary>It can't be made, or ended the process too often.</summary>
    Failed,
}

/// <summary>
/// What has been done of a plan, told by files of the output folder alone, so that any machine and any engine tells the same: a record for
/// each picture that was begun, the pictures, and a note for each that failed.
/// </summary>
/// <remarks>
/// A record is written before a picture is begun, with the number of attempts, and again before the picture gets its name, with the
/// picture's length and the hash of its end: a file that does not fit its record is not that picture. Records need not outlast a loss of
/// power:
/// without one the picture is made again.
/// </remarks>
internal sealed class BatchState(string folder, string fingerprint)
{
    /// <summary>A picture that has ended the process this often is not begun again.</summary>
    public const int MostAttempts = 3;

    private const int TailLength = 1 << 16;
    private const string Failures = "failed", Own = ".mlnetstyle", Records = "pictures";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where the plan of an output folder is kept unless another place is named.</summary>
    public static string PlanOf(string folder) => Path.Combine(folder, Own, "plan.json");

    /// <summary>Where what a sequence carries from frame to frame is kept.</summary>
    public static string SequenceOf(string folder) => Path.Combine(folder, Own, "sequence");

    /// <summary>Where a picture goes.</summary>
    public string OutputOf(BatchItem item) => Path.Combine(folder, item.Output);

    /// <summary>The note about a picture that failed.</summary>
    public string FailureOf(BatchItem item) => Beside(Failures, item);

    /// <summary>How a picture stands.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="anyFile">Whether a file of its name will do, whatever made it.</param>
    /// <param name="attempts">How often it was begun without coming to an end.</param>
    /// <param name="reason">Why it failed.</param>
    public BatchStanding Of(BatchItem item, bool anyFile, out int attempts, out string reason)
    {
        (attempts, reason) = (0, "");
        string output = OutputOf(item);
        Record? record = Read<Record>(RecordOf(item)) is { } found && found.Settings == SettingsOf(item) ? found : null;
        if (File.Exists(output) && (anyFile || (record?.Tail is not null && Fits(output, record)))) return BatchStanding.Done;
        if (Read<Failure>(FailureOf(item)) is { } failure && failure.Settings == SettingsOf(item))
        {
            reason = failure.Reason;
            return BatchStanding.Failed;
        }
        attempts = record?.Attempts ?? 0;
        if (attempts < MostAttempts) return BatchStanding.Left;
        reason = $"the process ended {attempts} times while it was at work on it";
        return BatchStanding.Failed;
    }

    /// <summary>Notes that a picture is begun.</summary>
    public void Begin(BatchItem item, int attempts) => Write(RecordOf(item), new Record(SettingsOf(item), attempts + 1));

    /// <summary>Notes that a picture was left before its end for no fault of its own.</summary>
    public void TakeBack(BatchItem item, int attempts)
    {
        if (attempts == 0) Remove(RecordOf(item));
        else Write(RecordOf(item), new Record(SettingsOf(item), attempts));
    }

    /// <summary>Writes a picture: its record, then the file, whole and flushed, under its name. The attempt counts until the file is
    /// there.</summary>
    public void Finish(BatchItem item, byte[] bytes, int attempts)
    {
        string output = OutputOf(item);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        int tail = Math.Min(bytes.Length, TailLength);
        Record record = new(SettingsOf(item), attempts + 1, bytes.Length, Hash(bytes.AsSpan(bytes.Length - tail)));
        Write(RecordOf(item), record);
        WholeFile.Write(output, bytes);
        try
        {
            Write(RecordOf(item), record with { Attempts = 0 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The picture is there, and its record fits.
        }
        Remove(FailureOf(item));
    }

    /// <summary>Notes that a picture can't be made.</summary>
    public void Fail(BatchItem item, string reason)
    {
        Write(FailureOf(item), new Failure(item.Path, item.Output, reason, SettingsOf(item)));
        Remove(RecordOf(item));
    }

    /// <summary>Forgets failures and attempts.</summary>
    public void Forget(BatchItem item)
    {
        Remove(FailureOf(item));
        Remove(RecordOf(item));
    }

    /// <summary>Removes what writers that were killed have left in the folders of some pictures.</summary>
    public void RemoveLeftovers(IEnumerable<BatchItem> items)
    {
        foreach (string place in items.SelectMany(i => (string[])[OutputOf(i), RecordOf(i), FailureOf(i)])
            .Select(p => Path.GetDirectoryName(p)!).Concat((string[])[Path.Combine(folder, Own), SequenceOf(folder)]).Distinct())
            if (Directory.Exists(place)) WholeFile.RemoveLeftovers(place);
    }

    private string RecordOf(BatchItem item) => Beside(Path.Combine(Own, Records), item);

    // Of what else a picture is made, beside what is common to all.
    private string SettingsOf(BatchItem item) => $"{fingerprint} {BatchSettings.Short($"{item.Path}\0{item.Group}\0{item.Mask}")}";

    // A name that is as long as names can be has no room for an ending.
    private string Beside(string place, BatchItem item) => Path.Combine(folder, place,
        OutputFiles.NameRefusal(item.Output + ".json") is null ? item.Output + ".json" : BatchSettings.Short(item.Output) + ".json");

    private static void Remove(string file)
    {
        if (File.Exists(file)) File.Delete(file);
    }

    private static bool Fits(string file, Record record)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        if (stream.Length != record.Length) return false;
        byte[] tail = new byte[Math.Min(stream.Length, TailLength)];
        stream.Seek(-tail.Length, SeekOrigin.End);
        stream.ReadExactly(tail);
        return Hash(tail) == record.Tail;
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Write<T>(string path, T value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, s_json), durable: false);
    }

    // Null for one that isn't there or was lost half.
    private static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), s_json) : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    private sealed record Record(string Settings, int Attempts, long? Length = null, string? Tail = null);

    private sealed record Failure(string Path, string Output, string Reason, string Settings);
}
