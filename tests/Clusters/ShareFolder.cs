using System.Diagnostics;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Samples;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Clusters;

/// <summary>A batch that several processes share: its folder, its pictures, and what an unbroken run makes of them.</summary>
internal sealed class ShareFolder : IDisposable
{
    private readonly Dictionary<string, byte[]> _whole;

    /// <summary>Makes pictures and an unbroken run. Of each share one picture, the middle one, takes long enough to be interrupted.</summary>
    /// <param name="shares">How many shares there are.</param>
    /// <param name="iterations">The steps of each picture.</param>
    /// <param name="width">The width of the large pictures.</param>
    public ShareFolder(int shares, int iterations, int width = 288)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101); // munge looks into it
        for (int i = 0; i < 3 * shares; i++)
        {
            bool large = i / shares == 1;
            PlanarImage picture = CommandLineTests.Picture(i + 1, large ? width : 32, large ? width * 3 / 4 : 24);
            Directory.CreateDirectory(At("in"));
            PictureFile.Save(picture, At($"in/{Name(i)}"));
        }
        PictureFile.Save(CommandLineTests.Picture(77, 40, 40), At("style.png"));
        // What schedulers start is one program.
        File.WriteAllText(Program, $"#!/bin/sh\nexec dotnet '{typeof(CommandRunner).Assembly.Location}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Program, (UnixFileMode)0b111_101_101);
        Arguments = ["in", "--style", "style.png", "--output-dir", "out", "--network", TinyNetwork.Shared.File, "--size", "0",
            "--iterations", iterations.ToString(System.Globalization.CultureInfo.InvariantCulture), "--threads", "1"];
        (int code, _, string errors) = _cli.Run(["batch", .. Arguments, "--output-dir", "whole"]);
        Assert.True(code == 0, errors);
        _whole = BatchProcess.Pictures(At("whole"));
        Assert.Equal(3 * shares, _whole.Count);
    }

    private readonly Cli _cli = new();

    public string Path => _cli.Folder;

    /// <summary>A script that is the program.</summary>
    public string Program => At("mlnetstyle");

    /// <summary>The arguments of the batch, after "batch".</summary>
    public string[] Arguments { get; }

    public string At(string name) => _cli.At(name);

    /// <summary>The name of the i-th picture; it belongs to share i mod the number of shares.</summary>
    public static string Name(int i) => FormattableString.Invariant($"p{i:D2}.png");

    /// <summary>Whether a picture is at work: begun, and not there.</summary>
    public bool IsAtWork(string name) => File.Exists(At($"out/.mlnetstyle/pictures/{name}.json")) && !File.Exists(At($"out/{name}"));

    /// <summary>The pictures that are there, with when they were written.</summary>
    public Dictionary<string, DateTime> Written() => Directory.Exists(At("out"))
        ? new DirectoryInfo(At("out")).GetFiles("*.png").Where(f => !WholeFile.IsTemporary(f.Name)).ToDictionary(f => f.Name,
            f => f.LastWriteTimeUtc) : [];

    /// <summary>What is there by now is whole and equal to the unbroken run's.</summary>
    public void ExpectSound()
    {
        foreach ((string name, byte[] bytes) in BatchProcess.Pictures(At("out"))) Assert.True(_whole[name].AsSpan().SequenceEqual(bytes), name);
    }

    /// <summary>Every picture is there once, whole and equal to the unbroken run's, and the program says so.</summary>
    /// <param name="setAside">Pictures that came later and can't be made.</param>
    public void ExpectAll(params string[] setAside)
    {
        Dictionary<string, byte[]> made = BatchProcess.Pictures(At("out"));
        Assert.Equal(_whole.Keys.Order(), made.Keys.Order());
        ExpectSound();
        Assert.Equal(setAside.Select(n => n + ".json").Order(), Directory.Exists(At("out/failed"))
            ? Directory.EnumerateFiles(At("out/failed")).Select(f => System.IO.Path.GetFileName(f)).Order() : []);
        Assert.DoesNotContain(Directory.EnumerateFiles(At("out"), "*", SearchOption.AllDirectories), WholeFile.IsTemporary);
        (int code, string output, string errors) = _cli.Run("batch", "--output-dir", "out", "--status");
        Assert.True(code == (setAside.Length == 0 ? 0 : BatchCommand.SomeFailed), errors);
        Assert.Contains($"{_whole.Count} done, {setAside.Length} failed, 0 left", output);
    }

    /// <summary>Runs a program in the folder to its end.</summary>
    public (int Code, string Out, string Err) Run(string program, IEnumerable<string> arguments, params (string Name,
        string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        return Cli.Finish(process);
    }

    public void Dispose() => _cli.Dispose();
}
