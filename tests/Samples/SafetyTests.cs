using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.Data;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>Nothing of the user's is lost, and nothing is said or done that nobody asked for.</summary>
public sealed class SafetyTests : IDisposable
{
    private readonly Cli _cli = new();

    public SafetyTests()
    {
        PictureFile.Save(CommandLineTests.Picture(1, 60, 44), _cli.At("content.png"));
        PictureFile.Save(CommandLineTests.Picture(2, 50, 50), _cli.At("style.png"));
    }

    public void Dispose() => _cli.Dispose();

    private static string[] Stylize(params string[] more) =>
        ["stylize", "content.png", "--style", "style.png", "--network", TinyNetwork.Shared.File, "--size", "48", "--iterations", "3", .. more];

    private static string[] Batch(params string[] more) =>
        ["batch", "in", "--style", "style.png", "--output-dir", "made", "--network", TinyNetwork.Shared.File, "--size", "40", "--iterations", "3", .. more];

    private void Refused(string[] arguments, params string[] said)
    {
        (int code, _, string errors) = _cli.Run(arguments);
        Assert.True(code == CommandRunner.WrongArguments, $"{code}: {errors}");
        Assert.All(said, s => Assert.Contains(s, errors));
        Assert.DoesNotContain("iteration ", errors);
    }

    [UnixFact]
    public void AnOutputThatIsAnInputOrAnotherOutputIsRefused()
    {
        byte[] content = File.ReadAllBytes(_cli.At("content.png"));
        File.CreateSymbolicLink(_cli.At("link.png"), "content.png");
        Directory.CreateSymbolicLink(_cli.At("here"), ".");
        Directory.CreateDirectory(_cli.At("sub"));
        Refused(Stylize("--output", "content.png"), "same file", "CONTENT");
        Refused(Stylize("--output", "sub/../content.png"), "same file");
        Refused(Stylize("--output", "link.png"), "same file");
        Refused(Stylize("--output", "here/style.png"), "same file", "--style");
        Refused(Stylize("--output", "out.png", "--report", "content.png"), "same file", "--report");
        Refused(Stylize("--output", "out.png", "--report", "./out.png"), "same file");
        Assert.Equal(content, File.ReadAllBytes(_cli.At("content.png")));
    }

    [Fact]
    public void NoClobberKeepsWhatIsThere()
    {
        File.WriteAllText(_cli.At("out.png"), "mine");
        Refused(Stylize("--output", "out.png", "--no-clobber"), "out.png", "--no-clobber");
        Assert.Equal("mine", File.ReadAllText(_cli.At("out.png")));
    }

    [Fact]
    public void AnOutputThatCannotBeMadeIsFoundBeforeTheRun()
    {
        if (OperatingSystem.IsLinux()) Refused(Stylize("--output", "/proc/out.png"), "/proc", "no file can be made");
        Refused(Stylize("--output", "missing/out.png"), "missing", "does not exist");
        Refused(Stylize("--output", new string('n', 252) + ".png"), "256 bytes");
    }

    [Fact]
    public void APictureThatCannotBeWrittenAtTheEndIsKeptElsewhere()
    {
        PlanarImage picture = CommandLineTests.Picture(3, 8, 6);
        IOException e = Assert.Throws<IOException>(() => OutputFiles.Save(picture, _cli.At("gone/out.png"), new PictureWriteOptions()));
        string rescue = e.Message.Split('\'')[^2];
        try
        {
            Assert.Contains("gone", e.Message);
            Assert.Equal(picture.Samples, PictureFile.Read(rescue).Samples);
        }
        finally
        {
            File.Delete(rescue);
        }
    }

    [Theory]
    [InlineData("--style-scale", "0,5", "'0,5'; decimals are written with a point")]
    [InlineData("--tv-weight", "1,5", "'1,5'; decimals are written with a point")]
    [InlineData("--size", "1,000", "'1,000'; it takes a whole number, without commas")]
    [InlineData("--preview-every", "1,5", "without commas")]
    [InlineData("--quality", "9,5", "without commas")]
    [InlineData("--mask-softness", "0,5", "'0,5'; decimals are written with a point")]
    [InlineData("--max-pixels", "1,000", "without commas")]
    [InlineData("--style-layers", "relu1_1:0,5", "'relu1_1:0,5'; decimals are written with a point")]
    [InlineData("--content-layers", "relu2_1:0,5,relu3_1", "'relu2_1:0,5'; decimals are written with a point")]
    [InlineData("--style-statistic", "gram:0,5", "'gram:0,5'; decimals are written with a point")]
    [InlineData("--style", "style.png=0,5", "Decimals are written with a point")]
    public void ADecimalCommaIsRefused(string option, string value, string said) =>
        Refused(Stylize("--output", "out.png", option, value), option, said);

    [Fact]
    public void EveryNumberOfEveryCommandRefusesADecimalComma()
    {
        Command[] commands =
        [
            StylizeCommand.Create(), BatchCommand.Create(), TrainCommand.Create(), FastStylesCommand.Create(), InterpolateCommand.Create(),
            GalleryCommand.Create(), NetworksCommand.Create(), ExportFeaturesCommand.Create(), SampleCommand.Create(),
        ];
        Type[] numbers = [typeof(int), typeof(long), typeof(float), typeof(double), typeof(int?), typeof(long?), typeof(double?)];
        int tried = 0;
        foreach (Command command in commands.SelectMany(c => c.Subcommands.Prepend(c)))
        {
            foreach (Option option in command.Options.Where(o => numbers.Contains(o.ValueType)))
            {
                Assert.Contains(command.Parse([option.Name, "1,5"]).Errors, e => e.Message.Contains("'1,5'") && e.Message.Contains("comma")
                    || e.Message.Contains("decimals are written with a point"));
                tried++;
            }
        }
        Assert.True(tried > 40, $"{tried}");
    }

    [Theory]
    [InlineData("--size", "abc", "no whole number")]
    [InlineData("--style-weight", "x", "no number")]
    [InlineData("--stlye-weight", "3", "Did you mean '--style-weight'?")]
    public void AMessageSaysWhatIsWrong(string option, string value, string said)
    {
        Refused(Stylize("--output", "out.png", option, value), option, said);
        Assert.DoesNotContain("System.", _cli.Run(Stylize("--output", "out.png", option, value)).Err);
    }

    [Fact]
    public void MannersOfACommandLine()
    {
        (int code, string output, _) = _cli.Run();
        Assert.Equal(0, code);
        Assert.Contains("stylize", output);
        Assert.Contains("Did you mean 'stylize'?", _cli.Run("stylise", "content.png").Err);

        File.Copy(_cli.At("content.png"), _cli.At("-dash.png"));
        string[] dashed = [.. Stylize("--output", "out.png").Where(a => a != "content.png"), "--size", "32", "--quiet", "--", "-dash.png"];
        (code, output, string errors) = _cli.Run(dashed);
        Assert.True(code == 0, errors);
        Assert.Equal("", output + errors);
        using MLImage image = MLImage.CreateFromFile(_cli.At("out.png"));
        Assert.Equal(32, image.Width); // the last --size counts
    }

    [Fact]
    public void AReportTellsWhatMakesThePictureAgainAndAPresetWritesNoPreviews()
    {
        (int code, _, string errors) = _cli.Run(Stylize("--output", "out.png", "--report", "out.json", "--preset", "johnson-neural-style",
            "--iterations", "110"));
        Assert.True(code == 0, errors);
        Assert.DoesNotContain("comes with the program", errors);
        Assert.Equal(["content.png", "out.json", "out.png", "style.png"], Directory.GetFiles(_cli.Folder).Select(Path.GetFileName).Order());
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(_cli.At("out.json")));
        JsonElement run = report.RootElement.GetProperty("run");
        Assert.Equal("content.png", run.GetProperty("content").GetString());
        Assert.Equal("style.png", run.GetProperty("styles")[0].GetProperty("file").GetString());
        Assert.Equal("out.png", run.GetProperty("output").GetString());
        Assert.Equal("johnson-neural-style", run.GetProperty("preset").GetString());
        Assert.NotEqual("", run.GetProperty("version").GetString());
        string[] again = [.. run.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()!)];
        byte[] first = File.ReadAllBytes(_cli.At("out.png"));
        File.Delete(_cli.At("out.png"));
        Assert.Equal(0, _cli.Run(again).Code);
        Assert.Equal(first, File.ReadAllBytes(_cli.At("out.png")));
    }

    [UnixFact]
    public void NamesWithControlCharactersCannotActOnATerminal()
    {
        (_, _, string errors) = _cli.Run("stylize", "a\u001b[31mb.png", "--style", "style.png", "--output", "out.png");
        Assert.DoesNotContain('\u001b', errors);
        Assert.Contains("a\\x1b[31mb.png", errors);
    }

    [UnixFact]
    public void WhatGoesWrongWithOnePictureOfABatchStaysWithIt()
    {
        Directory.CreateDirectory(_cli.At("in"));
        PictureFile.Save(CommandLineTests.Picture(6, 40, 30), _cli.At("in/good.png"));
        File.Copy(_cli.At("in/good.png"), _cli.At("in/._good.png"));
        PictureFile.Save(new PlanarImage(16384, 1), _cli.At("in/narrow.png"));
        File.WriteAllText(_cli.At("in/broken.png"), "no picture");
        File.Copy(_cli.At("in/good.png"), _cli.At($"in/{new string('n', 249)}.gif")); // with .png after it, longer than a name can be
        using (Process pipe = Process.Start("mkfifo", [_cli.At("in/pipe.png")])) pipe.WaitForExit();

        (int code, string output, string errors) = _cli.Run(Batch());
        Assert.True(code == BatchCommand.SomeFailed, errors);
        Assert.Contains("broken.png", errors);
        Assert.Contains("pipe.png", errors);
        Assert.Contains("nnn.gif", errors);
        Assert.Contains("2 pictures made, 3 not made, 3 failed", output);
        Assert.Equal(["good.png", "narrow.png"], Directory.GetFiles(_cli.At("made")).Select(Path.GetFileName).Order());
        (code, output, errors) = _cli.Run(Batch("--skip-unreadable"));
        Assert.True(code == 0, errors);
    }

    [UnixFact]
    public void APictureOfABatchThatIsCutShortIsNotWritten()
    {
        Directory.CreateDirectory(_cli.At("in"));
        PictureFile.Save(CommandLineTests.Picture(6, 40, 30), _cli.At("in/a.png"));
        using Process process = _cli.Start([.. Batch(), "--iterations", "100000", "--tolerance", "0"]);
        string seen = "";
        while (process.StandardError.ReadLine() is { } line)
        {
            seen += line + "\n";
            if (line.StartsWith("iteration", StringComparison.Ordinal)) break;
        }
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
        (int code, _, string errors) = Cli.Finish(process, seen);
        Assert.True(code == BatchCommand.RunAgain, errors);
        Assert.Contains("a.png", errors);
        Assert.Empty(Directory.GetFiles(_cli.At("made")));

        (code, _, errors) = _cli.Run(Batch());
        Assert.True(code == CommandRunner.WrongArguments, errors); // with other settings
        (code, string output, errors) = _cli.Run([.. Batch(), "--iterations", "100000", "--tolerance", "0.9"]);
        Assert.True(code == CommandRunner.WrongArguments, errors);
        Assert.Contains("--tolerance was 0 and is 0.9", errors);
        (code, output, errors) = _cli.Run(Batch("--replan"));
        Assert.True(code == 0, errors);
        Assert.Contains("1 pictures made", output);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("onnx")]
    public void NothingIsSentAndNothingIsKeptForIt(string engine)
    {
        if (!OperatingSystem.IsLinux()) return;
        string home = Directory.CreateDirectory(_cli.At("home")).FullName, log = _cli.At("calls.txt");
        string[] program = ["dotnet", typeof(CommandRunner).Assembly.Location, .. Stylize("--output", "out.png", "--engine", engine)];
        bool traced = File.Exists("/usr/bin/strace") && Traces();
        ProcessStartInfo start = new(traced ? "/usr/bin/strace" : program[0], traced
            ? ["-f", "-e", "trace=connect,openat", "-o", log, .. program] : program[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _cli.Folder,
        };
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        (start.Environment["HOME"], start.Environment["XDG_CACHE_HOME"]) = (home, Path.Combine(home, ".cache"));
        using Process process = Process.Start(start)!;
        (int code, _, string errors) = Cli.Finish(process);
        Assert.True(code == 0, errors);
        Assert.Empty(Directory.EnumerateDirectories(home, "DeveloperTools", SearchOption.AllDirectories));
        if (!traced) return;
        string calls = File.ReadAllText(log);
        Assert.DoesNotContain("AF_INET", calls);
        Assert.DoesNotContain("DeveloperTools", calls);
        Assert.Contains("libSkiaSharp", calls); // the trace sees libraries
        Assert.Equal(engine == "onnx", calls.Contains("libonnxruntime.so"));
    }

    private static bool Traces()
    {
        using Process process = Process.Start(new ProcessStartInfo("/usr/bin/strace",
            ["-o", "/dev/null", "true"])
        { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
