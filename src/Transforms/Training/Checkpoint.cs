using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace MLNetStyle.Training;

/// <summary>The file that a training goes on from: a line of JSON, then all numbers, then their SHA-256.</summary>
internal static class Checkpoint
{
    private const string FileName = "checkpoint.bin";
    private const string Magic = "MLNetStyle fast style checkpoint 2\n";

    public static string PathIn(string workspace) => Path.Combine(workspace, FileName);

    /// <summary>Writes it beside its final name first, and flushes it to the disk before it takes that name.</summary>
    public static void Save(string workspace, TrainingState state, string identity)
    {
        string path = PathIn(workspace), temporary = path + ".tmp";
        Header header = new(state.Network.Shape.Name, state.Network.Styles, identity, state.Iteration, state.Seconds,
            double.IsFinite(state.Best) ? state.Best : null, state.SinceBest, [.. state.Groups.Select(g => g.Updates)]);
        using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
        using (IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            Write(System.Text.Encoding.UTF8.GetBytes(Magic + JsonSerializer.Serialize(header) + "\n"));
            foreach (ParameterGroup group in state.Groups)
                foreach (float[] numbers in (float[][])[group.Values, group.Average, group.Mean,
                    group.Square]) Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
            stream.Write(hash.GetHashAndReset());
            stream.Flush(flushToDisk: true);

            void Write(ReadOnlySpan<byte> bytes)
            {
                hash.AppendData(bytes);
                stream.Write(bytes);
            }
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads it; null where there is none.</summary>
    /// <param name="workspace">The folder.</param>
    /// <param name="start">The network that such a training starts from.</param>
    /// <param name="identity">What the training is told by.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or belongs to a training of other styles, options or size.</exception>
    public static TrainingState? Load(string workspace, TransformNetwork start, string identity)
    {
        string path = PathIn(workspace);
        if (!File.Exists(path)) return null;
        byte[] bytes = File.ReadAllBytes(path);
        ReadOnlySpan<byte> body = bytes.Length > SHA256.HashSizeInBytes ? bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes) : default;
        byte[] magic = System.Text.Encoding.UTF8.GetBytes(Magic);
        if (!body.StartsWith(magic) || !SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
            throw new InvalidDataException($"The checkpoint '{path}' is damaged, or another version's. Remove it to train from the start.");
        body = body[magic.Length..];
        int line = body.IndexOf((byte)'\n');
        Header header = JsonSerializer.Deserialize<Header>(body[..line])
            ?? throw new InvalidDataException($"The checkpoint '{path}' is damaged. Remove it to train from the start.");
        if (header.Shape != start.Shape.Name || !header.Styles.SequenceEqual(start.Styles) || header.Identity != identity)
            throw new InvalidDataException(
                $"The checkpoint '{path}' belongs to another training: a {header.Shape} network of the styles "
                    + $"{string.Join(", ", header.Styles)}, or other pictures of them, other losses or another start. "
                    + $"Give another workspace, or remove the checkpoint to train from the start.");
        ReadOnlySpan<float> numbers = MemoryMarshal.Cast<byte, float>(body[(line + 1)..].ToArray());
        TrainingState state = new(start.Clone())
        {
            Iteration = header.Iteration,
            Seconds = header.Seconds,
            Best = header.Best ?? double.PositiveInfinity,
            SinceBest = header.SinceBest,
        };
        if (numbers.Length != 4 * state.Groups.Sum(g =>
            g.Values.Length)) throw new InvalidDataException($"The checkpoint '{path}' is damaged. Remove it to train from the start.");
        for (int i = 0; i < state.Groups.Count; i++)
        {
            ParameterGroup group = state.Groups[i];
            group.Updates = header.Updates[i];
            foreach (float[] target in (float[][])[group.Values, group.Average, group.Mean, group.Square])
            {
                numbers[..target.Length].CopyTo(target);
                numbers = numbers[target.Length..];
            }
        }
        return state;
    }

    private sealed record Header(
        string Shape, IReadOnlyList<string> Styles, string Identity, int Iteration, double Seconds, double? Best, int SinceBest,
            int[] Updates);
}
