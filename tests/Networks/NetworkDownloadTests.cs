using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MLNetStyle.Networks;
using Xunit;

namespace MLNetStyle.Tests.Networks;

/// <summary>Downloads from a server of ours on loopback that misbehaves.</summary>
public sealed class NetworkDownloadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
    private readonly byte[] _file = new byte[300_000];
    private readonly List<string> _notes = [];

    public NetworkDownloadTests() => new Random(1).NextBytes(_file);

    private string Target => Path.Combine(_folder, "models", "vgg.h5");

    private string Part => Target + ".part";

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task AWholeFileIsRenamedWhenItIsThere()
    {
        using Server server = new((_, _) => Whole());
        List<long> progress = [];
        await Fetch(server, progress: (done, all) => { progress.Add(done); Assert.Equal(_file.Length, all); });
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.False(File.Exists(Part));
        Assert.Equal(_file.Length, progress[^1]);
    }

    [Fact]
    public async Task AfterACutItGoesOn()
    {
        List<long> starts = [];
        using Server server = new((start, n) =>
        {
            starts.Add(start);
            return start == 0 ? Whole(cut: 100_000) : n < 3 ? Rest(start, cut: 50_000) : Rest(start);
        });
        await Fetch(server);
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Equal(0, starts[0]);
        Assert.All(starts.Skip(1), s => Assert.True(s > 0));
        Assert.Contains(_notes, n => n.Contains("from byte"));
    }

    [Fact]
    public async Task TheNextProgramGoesOnFromWhatIsThere()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Part, _file[..200_000]);
        List<long> starts = [];
        using Server server = new((start, _) => { starts.Add(start); return Rest(start); });
        await Fetch(server);
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Equal([200_000], starts);
    }

    [Fact]
    public async Task APartOfAnotherFileIsFetchedAnew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Part, new byte[200_000]);
        using Server server = new((start, _) => start > 0 ? Rest(start) : Whole());
        await Fetch(server);
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Contains(_notes, n => n.Contains("anew"));
    }

    [Fact]
    public async Task AServerWithoutRangesBeginsAgain()
    {
        using Server server = new((_, n) => n == 1 ? Whole(cut: 100_000) : Whole());
        await Fetch(server);
        Assert.Equal(_file, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task RangesThatAreNotThereBeginAgain()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Part, _file[..200_000]);
        using Server server = new((start, _) => start > 0 ? new Answer("416 Range Not Satisfiable", []) : Whole());
        await Fetch(server);
        Assert.Equal(_file, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task ABusyServerIsAskedAgainAfterAWhile()
    {
        int asked = 0;
        using Server server = new((_, n) => { asked = n; return n < 4 ? new Answer("503 Service Unavailable", []) : Whole(); });
        await Fetch(server);
        Assert.Equal(4, asked);
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Equal(3, _notes.Count(n => n.Contains("503")));
    }

    [Fact]
    public async Task AServerThatStaysBusyIsGivenUp()
    {
        using Server server = new((_, _) => new Answer("503 Service Unavailable", []));
        IOException e = await Assert.ThrowsAsync<IOException>(() => Fetch(server));
        Assert.Contains("503", e.Message);
        Assert.Contains("6 times", e.Message);
        Nothing();
    }

    [Fact]
    public async Task WhatIsNotThereIsNotAskedForTwice()
    {
        int asked = 0;
        using Server server = new((_, n) => { asked = n; return new Answer("404 Not Found", []); });
        IOException e = await Assert.ThrowsAnyAsync<IOException>(() => Fetch(server));
        Assert.Contains("404", e.Message);
        Assert.Equal(1, asked);
        Nothing();
    }

    [Fact]
    public async Task WrongBytesAreNotKept()
    {
        byte[] wrong = [.. _file];
        wrong[1234] ^= 1;
        using Server server = new((_, _) => new Answer("200 OK", wrong));
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(server));
        Assert.Contains("SHA-256", e.Message);
        Nothing();
    }

    [Fact]
    public async Task AnotherLengthIsRefusedBeforeAnythingIsWritten()
    {
        using Server server = new((_, _) => new Answer("200 OK", _file[..1000]));
        Assert.Contains("300,000", (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(server))).Message);
        Nothing();
    }

    [Fact]
    public async Task MoreThanTheLengthIsRefused()
    {
        using Server server = new((_, _) => new Answer("200 OK", [.. _file, .. _file], Length: null));
        Assert.Contains("more than", (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(server))).Message);
        Nothing();
    }

    [Fact]
    public async Task ALengthThatIsNeverReachedIsACut()
    {
        using Server server = new((start, n) => n < 3 ? Whole(cut: 299_000) with { Body = _file[..299_000] } : start > 0 ? Rest(start)
            : Whole());
        await Fetch(server);
        Assert.Equal(_file, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task SilenceIsACut()
    {
        using Server server = new((start, n) => n == 1 ? Whole(cut: 100_000) with { Hangs = true } : start > 0 ? Rest(start) : Whole());
        await Fetch(server, stall: TimeSpan.FromSeconds(1));
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Contains(_notes, n => n.Contains("nothing came"));
    }

    [Fact]
    public async Task TwoAtATimeBothEndWithTheWholeFile()
    {
        using Server server = new((start, _) => start > 0 ? Rest(start) : Whole());
        await Task.WhenAll(Fetch(server), Fetch(server), Fetch(server));
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Equal([Path.GetFileName(Target)], Directory.GetFiles(Path.GetDirectoryName(Target)!).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public async Task WhoStopsItKeepsWhatHasCome()
    {
        using CancellationTokenSource stop = new();
        using Server server = new((_, _) => Whole(cut: 200_000) with { Hangs = true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(server, (done, _) =>
            { if (done >= 200_000) stop.Cancel(); }, cancellation: stop.Token));
        Assert.Equal(_file[..200_000], File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task AHostThatIsNotThereIsNotTriedAgain()
    {
        using NetworkDownload download = new(TimeSpan.FromMilliseconds(5));
        IOException e = await Assert.ThrowsAsync<IOException>(() => download.FetchAsync(
            new KnownDownload("http://no-such-host.invalid/vgg.h5", "vgg.h5"), Target, null, _notes.Add, default));
        Assert.Contains("no-such-host.invalid", e.Message);
        Nothing();
    }

    private async Task Fetch(Server server, Action<long, long>? progress = null, TimeSpan? stall = null,
        CancellationToken cancellation = default)
    {
        using NetworkDownload download = new(TimeSpan.FromMilliseconds(5), stall ?? TimeSpan.FromSeconds(20));
        await download.FetchAsync(new KnownDownload(server.Url, "vgg.h5", _file.Length,
            Convert.ToHexStringLower(SHA256.HashData(_file))), Target, progress,
            note => { lock (_notes) _notes.Add(note); }, cancellation);
    }

    private void Nothing() => Assert.Empty(Directory.Exists(Path.GetDirectoryName(Target))
        ? Directory.GetFiles(Path.GetDirectoryName(Target)!) : []);

    private Answer Whole(int? cut = null) => new("200 OK", _file, _file.Length, Cut: cut);

    private Answer Rest(long start, int? cut = null) =>
        new("206 Partial Content", _file[(int)start..], _file.Length - start,
            $"Content-Range: bytes {start}-{_file.Length - 1}/{_file.Length}\r\n", cut);

    /// <summary>What the server says.</summary>
    private sealed record Answer(string Status, byte[] Body, long? Length, string Headers = "", int? Cut = null, bool Hangs = false)
    {
        public Answer(string status, byte[] body) : this(status, body, body.Length) { }
    }

    /// <summary>A server that answers each request as it is told: by the first byte asked for, and the number of the request.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();
        private int _requests;

        public Server(Func<long, int, Answer> answer)
        {
            _listener.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/vgg.h5";
            _ = Task.Run(async () =>
            {
                while (!_end.IsCancellationRequested)
                {
                    TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                    _ = Task.Run(() => Serve(client, answer));
                }
            });
        }

        public string Url { get; }

        public void Dispose()
        {
            _end.Cancel();
            _listener.Stop();
        }

        private async Task Serve(TcpClient client, Func<long, int, Answer> answer)
        {
            using (client)
            {
                try
                {
                    NetworkStream stream = client.GetStream();
                    using StreamReader reader = new(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
                    long start = 0;
                    while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
                        if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                            start = long.Parse(line[13..].TrimEnd('-'));
                    Answer what;
                    lock (this) what = answer(start, ++_requests);
                    string length = what.Length is { } n ? $"Content-Length: {n}\r\n" : "";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {what.Status}\r\n{length}{what.Headers}Connection: "
                        + $"close\r\n\r\n"), _end.Token);
                    await stream.WriteAsync(what.Body.AsMemory(0, Math.Min(what.Cut ?? what.Body.Length, what.Body.Length)), _end.Token);
                    if (what.Hangs) await Task.Delay(Timeout.Infinite, _end.Token);
                    client.Client.Shutdown(SocketShutdown.Send);
                }
                catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
                {
                    // The client has gone.
                }
            }
        }
    }
}
