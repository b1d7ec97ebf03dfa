namespace MLNetStyle.Samples.CommandLine;

/// <summary>"-" for a picture: standard input as the content, standard output as the result.</summary>
/// <remarks>They pass through files in a folder of their own, so that everything else sees files.</remarks>
internal sealed class StandardStreams : IDisposable
{
    public const string Dash = "-";
    private const long MostBytes = 1L << 30;

    private readonly DirectoryInfo? _folder;
    private readonly bool _writes;

    /// <exception cref="UsageException">Standard input has no picture that could be one.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited for standard input.</exception>
    public StandardStreams(string content, string output, CancellationToken cancellation)
    {
        (Content, Output, _writes) = (content, output, output == Dash);
        if (content != Dash && !_writes) return;
        _folder = Directory.CreateTempSubdirectory("mlnetstyle-");
        try
        {
            if (_writes) (Output, Terminal.HasData) = (Path.Combine(_folder.FullName, "standard-output.png"), true);
            if (content == Dash) Content = Received(cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file to read.</summary>
    public string Content { get; }

    /// <summary>The file to write.</summary>
    public string Output { get; }

    /// <summary>Passes the result on, if it is for standard output and there is one.</summary>
    public void Send()
    {
        if (!_writes || !File.Exists(Output)) return;
        using Stream to = Console.OpenStandardOutput();
        using FileStream from = File.OpenRead(Output);
        from.CopyTo(to);
    }

    public void Dispose() => _folder?.Delete(recursive: true);

    private string Received(CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected)
            throw new UsageException(["CONTENT is -, but nothing is piped in: write 'command | mlnetstyle "
                + "stylize - ...', or name a file."]);
        string file = Path.Combine(_folder!.FullName, "standard-input");
        // A pipe's read can't be interrupted: it is left behind when the program ends.
        Stream from = Console.OpenStandardInput();
        using FileStream to = new(file, FileMode.CreateNew);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = Task.Run(() => from.Read(buffer), cancellation).WaitAsync(cancellation).GetAwaiter().GetResult()) > 0;)
        {
            to.Write(buffer, 0, read);
            if (to.Length > MostBytes) throw new UsageException([$"Standard input has more than {MostBytes >> 20} MiB, no picture."]);
        }
        if (to.Length == 0) throw new UsageException(["CONTENT is -, but standard input is empty."]);
        return file;
    }
}
