using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MLNetStyle.Networks;

/// <summary>Fetches a known network's file: goes on after a cut, waits where a server is busy, and believes nothing but the hash.</summary>
/// <remarks>
/// What has come so far lies beside the target, ending in .part, until it is whole and its hash is right; then it is renamed. Proxies are
/// those of the system and of HTTPS_PROXY. Safe for use by several programs at once.
/// </remarks>
internal sealed class NetworkDownload : IDisposable
{
    private const int Attempts = 6;
    private const long Most = 2L << 30;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);
    private readonly HttpClient _client;
    private readonly TimeSpan _firstPause;
    private readonly TimeSpan _stall;

    /// <param name="firstPause">The wait after the first failure; it doubles with each one. One second where null.</param>
    /// <param name="stall">How long nothing may come before the connection counts as cut; 30 seconds where null.</param>
    public NetworkDownload(TimeSpan? firstPause = null, TimeSpan? stall = null)
    {
        (_firstPause, _stall) = (firstPause ?? TimeSpan.FromSeconds(1), stall ?? TimeSpan.FromSeconds(30));
        _client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mlnetstyle", "1"));
    }

    /// <summary>Fetches a file.</summary>
    /// <param name="source">Where it is, and what it must be.</param>
    /// <param name="target">Where it goes; replaced if it exists.</param>
    /// <param name="progress">Told the bytes so far and their number in all, which may be unknown (0).</param>
    /// <param name="note">Told why something is tried again.</param>
    /// <param name="cancellation">Stops it; what has come so far is kept for the next time.</param>
    /// <exception cref="InvalidDataException">What came is not what it must be.</exception>
    /// <exception cref="IOException">The server can't be reached, does not have it, or failed too often.</exception>
    public async Task FetchAsync(KnownDownload source, string target, Action<long, long>? progress, Action<string>? note,
        CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        (FileStream part, string name) = OpenPart(target);
        bool done = false;
        try
        {
            bool resumed = part.Length > 0;
            while (true)
            {
                await FillAsync(source, part, progress, note, cancellation);
                if (Difference(source, part) is not { } wrong) break;
                part.SetLength(0);
                if (!resumed) throw new InvalidDataException($"{source.Url} gave other bytes than expected: {wrong}. Nothing was kept.");
                note?.Invoke("what was there from an earlier attempt does not fit; all of it is fetched anew");
                resumed = false;
            }
            part.Flush(flushToDisk: true);
            if (OperatingSystem.IsWindows()) part.Dispose();
            File.Move(name, target, overwrite: true);
            done = true;
        }
        finally
        {
            bool worthless = !done && (part.CanSeek && part.Length == 0 || name != PartOf(target));
            part.Dispose();
            if (worthless) File.Delete(name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string PartOf(string target) => target + ".part";

    /// <summary>The file of what has come so far; another one where a second program is at it.</summary>
    private static (FileStream Stream, string Name) OpenPart(string target)
    {
        try
        {
            return (new FileStream(PartOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), PartOf(target));
        }
        catch (IOException) when (File.Exists(PartOf(target)))
        {
            string own = $"{target}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part";
            return (new FileStream(own, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), own);
        }
    }

    private async Task FillAsync(KnownDownload source, FileStream part, Action<long, long>? progress, Action<string>? note,
        CancellationToken cancellation)
    {
        TimeSpan pause = _firstPause;
        for (int attempt = 1; ; attempt++)
        {
            long before = part.Length;
            string why;
            TimeSpan? asked = null;
            try
            {
                (bool whole, why, asked) = await RequestAsync(source, part, progress, cancellation);
                if (whole) return;
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException
            {
                SocketErrorCode: SocketError.HostNotFound
                or SocketError.TryAgain
                or SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NoData
            })
            {
                throw new IOException($"{source.Url} can't be reached: {e.InnerException.Message}.", e);
            }
            catch (Exception e) when (e is HttpRequestException or (IOException and not NotThereException)
                && !cancellation.IsCancellationRequested)
            {
                why = e.Message.TrimEnd('.');
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                why = string.Create(CultureInfo.InvariantCulture, $"nothing came for {_stall.TotalSeconds:0.#} seconds");
            }
            if (part.Length > before) (attempt, pause) = (1, _firstPause); // it goes on
            if (attempt >= Attempts) throw new IOException($"{source.Url} was tried {Attempts} times: {why}. {part.Length:N0} bytes "
                + $"are kept; run it again to go on from there.");
            TimeSpan wait = asked is { } seconds && seconds > pause ? seconds : pause;
            if (wait > s_longest) wait = s_longest;
            note?.Invoke(string.Create(CultureInfo.InvariantCulture,
                $"{why}; trying again in {wait.TotalSeconds:0.#} seconds, from byte {part.Length}"));
            await Task.Delay(wait, cancellation);
            pause *= 2;
        }
    }

    private async Task<(bool Whole, string Why, TimeSpan? Wait)> RequestAsync(KnownDownload source, FileStream part, Action<long,
        long>? progress,
        CancellationToken cancellation)
    {
        if (source.Bytes is { } known && part.Length > known) part.SetLength(0);
        if (source.Bytes is { } all && part.Length == all) return (true, "", null);
        using CancellationTokenSource idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        idle.CancelAfter(_stall);
        using HttpRequestMessage request = new(HttpMethod.Get, source.Url);
        if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                part.SetLength(0); // a server that does not know ranges begins anew
                break;
            case HttpStatusCode.PartialContent:
                if (response.Content.Headers.ContentRange?.From == part.Length) break;
                part.SetLength(0);
                return (false, "the server sent another part than asked for", null);
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                bool whole = part.Length > 0 && response.Content.Headers.ContentRange?.Length == part.Length;
                if (!whole) part.SetLength(0);
                return (whole, "the server does not have what comes after the part that is there", null);
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return (false, $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}",
                    response.Headers.RetryAfter?.Delta);
            default:
                throw new NotThereException($"{source.Url} answers {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
        long? stated = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.Length
            : response.Content.Headers.ContentLength;
        if (source.Bytes is { } expected && stated is { } said && said != expected)
            throw new InvalidDataException($"{source.Url} says that it has {said:N0} bytes; the file has {expected:N0}. Nothing was kept.");
        long most = source.Bytes ?? stated ?? Most;
        part.Position = part.Length;
        byte[] buffer = new byte[1 << 16];
        using Stream body = await response.Content.ReadAsStreamAsync(idle.Token);
        while (true)
        {
            idle.CancelAfter(_stall);
            int read = await body.ReadAsync(buffer, idle.Token);
            if (read == 0) break;
            if (part.Length + read > most)
            {
                part.SetLength(0);
                throw new InvalidDataException($"{source.Url} sends more than the {most:N0} bytes that there are. Nothing was kept.");
            }
            part.Write(buffer, 0, read);
            progress?.Invoke(part.Length, source.Bytes ?? stated ?? 0);
        }
        long end = source.Bytes ?? stated ?? part.Length;
        return (part.Length == end, $"the connection ended after {part.Length:N0} of {end:N0} bytes", null);
    }

    private static string? Difference(KnownDownload source, FileStream part)
    {
        if (source.Bytes is { } bytes && part.Length != bytes) return $"{part.Length:N0} bytes, not {bytes:N0}";
        foreach ((string? wanted, Func<Stream, byte[]> hash, string name) in ((string?, Func<Stream, byte[]>, string)[])
            [(source.Sha256, SHA256.HashData, "SHA-256"), (source.Md5, MD5.HashData, "MD5")])
        {
            if (wanted is null) continue;
            part.Position = 0;
            string found = HexDigits.Of(hash(part));
            if (found != wanted) return $"the {name} is {found}, not {wanted}";
        }
        return null;
    }
}

/// <summary>The server does not have a file; another try would not help.</summary>
internal sealed class NotThereException(string message) : IOException(message);
