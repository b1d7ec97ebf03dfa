using System.Diagnostics;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

public sealed class StreamsAndReportsTests : IDisposable
{
    private readonly Cli _cli = new();

    public StreamsAndReportsTests()
    {
        PictureFile.Save(CommandLineTests.Picture(1, 60, 44), _cli.At("content.png"));
        PictureFile.Save(CommandLineTests.Picture(2, 50, 50), _cli.At("style.png"));
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void AReportMakesItsPictureAgainAndWhatIsTypedBesideItCounts()
    {
        string[] run = ["stylize", "content.png", "--style", "style.png", "--output", "out.png", "--network", TinyNetwork.Shared.File,
            "--size", "32", "--iterations", "4", "--seed", "3", "--init", "noise", "--report", "out.json"];
        Assert.Equal(0, _cli.Run(run).Code);
        byte[] first = File.ReadAllBytes(_cli.At("out.png"));
        string report = File.ReadAllText(_cli.At("out.json"));
        File.Delete(_cli.At("out.png"));

        (int code, _, string errors) = _cli.Run(["stylize", "--from-report", "out.json"]);
        Assert.True(code == 0, errors);
        Assert.Equal(first, File.ReadAllBytes(_cli.At("out.png")));
        Assert.Equal(report, File.ReadAllText(_cli.At("out.json")));

        Assert.Equal(0, _cli.Run(["stylize", "--from-report=out.json", "--output", "again.png", "--seed", "4"]).Code);
        Assert.NotEqual(first, File.ReadAllBytes(_cli.At("again.png")));
        Assert.Equal(0, _cli.Run(["stylize", "--from-report", "out.json", "--output", "quiet.png", "-q", "--keep-metadata", "false"]).Code);
        Assert.Equal(first, File.ReadAllBytes(_cli.At("quiet.png")));
        Assert.Equal(0, _cli.Run(["stylize", "style.png", "--from-report", "out.json", "--output", "other.png", "--style",
            "content.png"]).Code);
        Assert.NotEqual(first, File.ReadAllBytes(_cli.At("other.png")));
    }

    [UnixFact]
    public void CtrlCEndsTheWaitForStandardInput()
    {
        string temporary = Directory.CreateDirectory(_cli.At("temporary")).FullName;
        using Process process = new()
        {
            StartInfo = new("dotnet",
                [typeof(CommandRunner).Assembly.Location, "stylize", "-", "--style", "style.png", "--output", "out.png"])
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
                WorkingDirectory = _cli.Folder,
                Environment = { ["TMPDIR"] = temporary },
            },
        };
        process.Start();
        for (int i = 0; i < 600 && Directory.GetFiles(temporary, "standard-input", SearchOption.AllDirectories).Length == 0; i++)
            Thread.Sleep(100);
        // As Ctrl-C, which a test that runs in the background would not pass on.
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
        Assert.True(process.WaitForExit(60_000), "It still waits.");
        Assert.Equal(CommandRunner.Interrupted, process.ExitCode);
        Assert.Contains("no file was written", process.StandardError.ReadToEnd());
        Assert.False(File.Exists(_cli.At("out.png")));
    }

    [Theory]
    [InlineData("no.json", null, "does not exist")]
    [InlineData("a.json", "[1, 2", "no JSON that a report has")]
    [InlineData("a.json", "{\"run\": {\"arguments\": [1]}}", "no JSON that a report has")]
    [InlineData("a.json", "{\"options\": {}}", "tells of no run")]
    [InlineData("a.json", "{\"run\": {\"arguments\": [\"batch\", \"x\"]}}", "is of the command 'batch'")]
    public void AFileThatIsNoReportIsRefused(string name, string? text, string reason)
    {
        if (text is not null) File.WriteAllText(_cli.At(name), text);
        (int code, _, string errors) = _cli.Run(["stylize", "--from-report", name]);
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(reason, errors);
    }

    [Fact]
    public void ARunThatWouldNotFitIsRefusedBeforeItBegins()
    {
        using Process process = _cli.StartWith(new() { ["DOTNET_GCHeapHardLimit"] = "0x20000000" },
            "stylize", "content.png", "--style", "style.png", "--output", "out.png", "--size", "4096", "--iterations", "4", "--style-scale", "0.1");
        (int code, _, string errors) = Cli.Finish(process);
        Assert.Equal(CommandRunner.Failed, code);
        Assert.Contains("GB of memory, and there are 0.5 GB. Take a smaller --size", errors);
        Assert.False(File.Exists(_cli.At("out.png")));
    }

    [Fact]
    public void PreviewsHaveNoPlaceBesideStandardOutput()
    {
        (int code, _, string errors) = _cli.Run("stylize", "content.png", "--style", "style.png", "--output", "-", "--preview-every", "2");
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("--preview-every can't be combined", errors);
    }

    [UnixFact]
    public void ADashIsStandardInputAndOutput()
    {
        string[] more = ["--style", "style.png", "--network", TinyNetwork.Shared.File, "--size", "32", "--iterations", "3"];
        Assert.Equal(0, _cli.Run(["stylize", "content.png", "--output", "out.png", .. more]).Code);
        using Process process = _cli.StartWithInput(["stylize", "-", "--output", "-", .. more]);
        process.StandardInput.BaseStream.Write(File.ReadAllBytes(_cli.At("content.png")));
        process.StandardInput.Close();
        using MemoryStream received = new();
        Task copy = process.StandardOutput.BaseStream.CopyToAsync(received);
        string errors = process.StandardError.ReadToEnd();
        copy.Wait();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        Assert.Equal(File.ReadAllBytes(_cli.At("out.png")), received.ToArray());
    }
}
