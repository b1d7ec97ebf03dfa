using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Tests.Samples;
using MLNetStyle.Tests.Support;
using MLNetStyle.Web;
using Xunit;

namespace MLNetStyle.Tests.Web;

/// <summary>src/Web in a process of its own, over HTTP on loopback.</summary>
public sealed partial class WebTests : IDisposable
{
    private readonly Cli _cli = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(3) };
    private readonly List<Process> _services = [];

    public WebTests() => PictureFile.Save(CommandLineTests.Picture(9, 40, 36), _cli.At("style.png"));

    public void Dispose()
    {
        foreach (Process service in _services.Where(s => !s.HasExited)) service.Kill();
        foreach (Process service in _services) service.Dispose();
        _http.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task PicturesThatComeAtTheSameTimeAreThoseOfThePipeline()
    {
        byte[][] uploads = [.. Enumerable.Range(1, 4).Select(i => Upload(i))];
        string service = Start("--Style:Engines=2");
        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            using HttpResponseMessage answer = await PostAsync(service, uploads[i % 4]);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
            return await answer.Content.ReadAsByteArrayAsync();
        }));

        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(uploads.Select(u => new Row { Bytes = u }));
        StyleTransferOptions options = new() { Size = 32, Iterations = 5, Network = TinyNetwork.Shared.File };
        using var model = ml.Style.DecodeImages("Image", "Bytes")
            .Append(ml.Style.StyleTransfer("Styled", "Image", _cli.At("style.png"), options)).Fit(rows);
        byte[][] expected = [.. model.Transform(rows).GetColumn<MLImage>("Styled").Select(i => PictureFile.Encode(i))];
        Assert.Equal(4, expected.Distinct(new ByBytes()).Count());
        for (int i = 0; i < answers.Length; i++) Assert.Equal(expected[i % 4], answers[i]);
    }

    [Fact]
    public async Task WhatIsNoPictureAndWhatIsTooLargeIsSaidAndTheNextPictureIsPainted()
    {
        string service = Start("--Style:MaxUploadBytes=60000", "--Style:MaxPixels=4000");
        await Expect("no picture"u8.ToArray(), HttpStatusCode.BadRequest, "text file");
        await Expect([], HttpStatusCode.BadRequest, "empty");
        await Expect(Upload(1)[..60], HttpStatusCode.BadRequest, "cut short");
        await Expect(new byte[100_000], HttpStatusCode.RequestEntityTooLarge, "60000 bytes");
        PictureFile.Save(CommandLineTests.Picture(3, 90, 90), _cli.At("large.png"));
        await Expect(File.ReadAllBytes(_cli.At("large.png")), HttpStatusCode.BadRequest, "pixels");
        using HttpResponseMessage sound = await PostAsync(service, Upload(1));
        Assert.Equal(HttpStatusCode.OK, sound.StatusCode);

        async Task Expect(byte[] upload, HttpStatusCode code, string said)
        {
            using HttpResponseMessage answer = await PostAsync(service, upload);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(code == answer.StatusCode, text);
            Assert.Contains(said, text);
        }
    }

    [Fact]
    public async Task APictureThatTakesTooLongOrWhoseCallerHasGoneLeavesTheNextOneAlone()
    {
        string slow = Start("--Style:Engines=1", "--Style:Iterations=100000", "--Style:Size=200", "--Style:TimeLimit=3",
            "--Style:QueueLimit=0.2");
        using HttpResponseMessage late = await PostAsync(slow, Upload(1));
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);

        // Of two at once one has the engine, whichever came first.
        HttpResponseMessage[] both = await Task.WhenAll(PostAsync(slow, Upload(1)), PostAsync(slow, Upload(2)));
        HttpResponseMessage refused = Assert.Single(both, b => b.StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Single(both, b => b.StatusCode == HttpStatusCode.GatewayTimeout);
        foreach (HttpResponseMessage one in both) one.Dispose();

        using CancellationTokenSource gone = new(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PostAsync(slow, Upload(1), gone.Token));
        HttpResponseMessage after = await PostAsync(slow, Upload(2));
        for (int i = 0; i < 50 && after.StatusCode == HttpStatusCode.ServiceUnavailable; i++) // the engine comes back a moment later
        {
            after.Dispose();
            after = await PostAsync(slow, Upload(2));
        }
        Assert.Equal(HttpStatusCode.GatewayTimeout, after.StatusCode); // it had an engine, and its own time
        after.Dispose();
    }

    [UnixFact]
    public async Task AServiceThatIsEndedEndsCleanlyAndWrongConfigurationIsSaid()
    {
        string service = Start();
        Assert.Equal("ready", await _http.GetStringAsync(service + "/health"));
        using (Process kill = Process.Start("kill", ["-TERM", $"{_services[0].Id}"])) kill.WaitForExit();
        Assert.True(_services[0].WaitForExit(60_000));
        Assert.Equal(0, _services[0].ExitCode);

        using Process wrong = Process.Start(Info("--Style:File=none.png"))!;
        (int code, _, string errors) = Cli.Finish(wrong);
        Assert.Equal(1, code);
        Assert.Contains("'none.png'", errors);
    }

    private string Start(params string[] arguments)
    {
        Process process = Process.Start(Info([$"--Style:File={_cli.At("style.png")}", "--Style:Size=32", "--Style:Iterations=5",
            $"--Style:Network={TinyNetwork.Shared.File}", .. arguments]))!;
        _services.Add(process);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // a pipe that nobody reads fills up
            return match.Value;
        }
        throw new InvalidOperationException($"The service did not start: {process.StandardError.ReadToEnd()}");
    }

    private ProcessStartInfo Info(params string[] arguments) => new("dotnet",
        [typeof(StyleService).Assembly.Location, "--urls", "http://127.0.0.1:0", .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = _cli.Folder,
    };

    private Task<HttpResponseMessage> PostAsync(string service, byte[] upload, CancellationToken gone = default) =>
        _http.PostAsync(service + "/stylize", new ByteArrayContent(upload), gone);

    private byte[] Upload(int number)
    {
        PictureFile.Save(CommandLineTests.Picture(number, 44, 30), _cli.At($"{number}.png"));
        return File.ReadAllBytes(_cli.At($"{number}.png"));
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();

    private sealed class Row
    {
        public byte[] Bytes { get; set; } = [];
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => bytes.Length;
    }
}
