using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.Data;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>The program as a user meets it: pictures, exit codes, messages. A tiny network with random weights stands in for
/// VGG-19.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly Cli _cli = new();

    public CommandLineTests()
    {
        PictureFile.Save(Picture(1, 60, 44), _cli.At("content.png"));
        PictureFile.Save(Picture(2, 50, 50), _cli.At("style.png"));
    }

    private static string[] Stylize(params string[] more)
    {
        string[] size = more.Contains("--size") ? [] : ["--size", "48"], iterations = more.Contains("--iterations") ? []
            : ["--iterations", "6"],
            network = more.Contains("--network") ? [] : ["--network", TinyNetwork.Shared.File];
        return ["stylize", "content.png", "--style", "style.png", "--output", "out.png", .. network, .. size, .. iterations, .. more];
    }

    [Fact]
    public void ARelayIsOneValueOfTheNetworkAndTheReportTellsWhoDidWhat()
    {
        (int code, string output, string errors) = _cli.Run(Stylize("--network", "relay", "--iterations", "6", "--report", "out.json"));
        Assert.True(code == 0, errors);
        Assert.Contains("compact, then vgg19", output);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(_cli.At("out.json")));
        Assert.Equal(["compact", "vgg19"],
            report.RootElement.GetProperty("networks").EnumerateArray().Select(n => n.GetProperty("name").GetString()!));
        Assert.Equal("vgg19", report.RootElement.GetProperty("history").EnumerateArray().Last().GetProperty("network").GetString());
    }

    [Fact]
    public void StylizeWritesAPictureOfTheAskedSizeAndAReport()
    {
        (int code, string output, string errors) = _cli.Run(Stylize("--report", "out.json", "--tv-weight", "0.1"));

        Assert.True(code == 0, errors);
        using (MLImage image = MLImage.CreateFromFile(_cli.At("out.png"))) Assert.Equal((48, 35), (image.Width, image.Height));
        Assert.Contains("out.png", output);
        Assert.Contains("iteration 6/6", errors);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(_cli.At("out.json")));
        JsonElement root = report.RootElement, history = root.GetProperty("history");
        Assert.Equal(6, history.GetArrayLength());
        Assert.Equal(64, root.GetProperty("network").GetProperty("sha256").GetString()!.Length);
        Assert.Equal("cpu", root.GetProperty("device").GetString());
        Assert.True(root.GetProperty("peak_memory_bytes").GetInt64() > 1 << 20);
        foreach (string name in (string[])["iteration", "evaluations", "seconds", "width", "height", "total", "content", "style", "tv"])
            Assert.Equal(JsonValueKind.Number, history[5].GetProperty(name).ValueKind);
        Assert.Equal(["content.png", "out.json", "out.png", "style.png"], Directory.GetFiles(_cli.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void APresetIsTakenAndWhatIsGivenBesideItOverridesIt()
    {
        (int code, _, string errors) = _cli.Run(Stylize(
            "--preset", "crowsonkb", "--style-statistic", "gram,relu1_1=wasserstein:2", "--tv-kind", "absolute", "--init", "noise",
                "--report", "out.json"));

        Assert.True(code == 0, errors);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(_cli.At("out.json")));
        JsonElement options = report.RootElement.GetProperty("options");
        Assert.Equal("adam", options.GetProperty("optimizer").GetString());
        Assert.Equal(0.99, options.GetProperty("beta2").GetDouble());
        Assert.Equal("absolute", options.GetProperty("normalization").GetString());
        Assert.Equal("torchvision", options.GetProperty("activation_scale").GetString());
        Assert.Equal(["gram", "relu1_1=wasserstein:2"], options.GetProperty("style_terms").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal("absolute", options.GetProperty("tv_kind").GetString());
        Assert.Equal("noise", options.GetProperty("start").GetString());
        Assert.Equal(6, options.GetProperty("iterations").GetInt32());
    }

    [Fact]
    public void TheSameSeedGivesTheSameFileAndAnotherSeedAnother()
    {
        byte[] Make(string seed)
        {
            Assert.Equal(0, _cli.Run(Stylize("--init", "noise", "--seed", seed)).Code);
            return File.ReadAllBytes(_cli.At("out.png"));
        }

        byte[] first = Make("3");
        Assert.Equal(first, Make("3"));
        Assert.NotEqual(first, Make("4"));
    }

    [Fact]
    public void PreviewsAreWrittenBesideTheOutput()
    {
        Assert.Equal(0, _cli.Run(Stylize("--preview-every", "3", "--tolerance", "0")).Code);
        Assert.True(File.Exists(_cli.At("out-0003.png")));
        File.Delete(_cli.At("out-0003.png"));
        Assert.Equal(0, _cli.Run(Stylize("--preview-every", "1", "--tolerance", "0", "--size", "96", "--coarsest-size", "32")).Code);
        Assert.All(Directory.GetFiles(_cli.Folder, "out-*.png"), preview =>
            Assert.Equal(PictureFile.ReadSize(_cli.At("out.png")), PictureFile.ReadSize(preview)));
    }

    [Fact]
    public void SeveralStylesAreBlendedByWeight()
    {
        PictureFile.Save(Picture(5, 40, 40), _cli.At("other.png"));
        Assert.Equal(0, _cli.Run(Stylize()).Code);
        byte[] one = File.ReadAllBytes(_cli.At("out.png"));
        Assert.Equal(0, _cli.Run(Stylize("--style", "other.png=3")).Code);
        Assert.NotEqual(one, File.ReadAllBytes(_cli.At("out.png")));
    }

    [Fact]
    public void AFolderOfPicturesIsOneStyleAndAnEmptyOneIsRefused()
    {
        Directory.CreateDirectory(_cli.At("artist"));
        string[] folder = [.. Stylize().Select(a => a == "style.png" ? "artist" : a)];
        (int code, _, string errors) = _cli.Run(folder);
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("artist", errors);
        Assert.Contains("no picture file", errors);

        File.Copy(_cli.At("style.png"), _cli.At("artist/one.png"));
        Assert.Equal(0, _cli.Run(folder).Code);
        byte[] one = File.ReadAllBytes(_cli.At("out.png"));
        Assert.Equal(0, _cli.Run(Stylize()).Code);
        Assert.Equal(File.ReadAllBytes(_cli.At("out.png")), one);
        PictureFile.Save(Picture(5, 40, 40), _cli.At("artist/two.png"));
        (code, _, errors) = _cli.Run(folder);
        Assert.True(code == 0, errors);
        Assert.NotEqual(one, File.ReadAllBytes(_cli.At("out.png")));
    }

    [Fact]
    public void InterpolateGoesFromOneStyleToTheOtherAndItsEndsAreTheirs()
    {
        PictureFile.Save(Picture(5, 40, 40), _cli.At("other.png"));
        string[] more = ["--network", TinyNetwork.Shared.File, "--size", "48", "--iterations", "6"];
        (int code, string output,
            string errors) = _cli.Run(["interpolate", "content.png", "--style", "style.png", "--style", "other.png", "--steps", "3",
            "--output", "strip.png", "--output-dir", "single", .. more]);
        Assert.True(code == 0, errors);
        Assert.Contains("3 pictures made", output);
        Assert.Equal(["01.png", "02.png", "03.png"], Directory.GetFiles(_cli.At("single")).Select(Path.GetFileName).Order());
        Assert.Equal(0, _cli.Run(["stylize", "content.png", "--style", "style.png", "--output", "a.png", .. more]).Code);
        Assert.Equal(0, _cli.Run(["stylize", "content.png", "--style", "other.png", "--output", "b.png", .. more]).Code);
        Assert.Equal(PictureFile.Read(_cli.At("a.png")).Samples, PictureFile.Read(_cli.At("single/01.png")).Samples);
        Assert.Equal(PictureFile.Read(_cli.At("b.png")).Samples, PictureFile.Read(_cli.At("single/03.png")).Samples);

        PlanarImage strip = PictureFile.Read(_cli.At("strip.png")), middle = PictureFile.Read(_cli.At("single/02.png"));
        Assert.Equal((3 * 48, 35), (strip.Width, strip.Height));
        Assert.NotEqual(PictureFile.Read(_cli.At("a.png")).Samples, middle.Samples);
        for (int y = 0; y < 35; y++)
            Assert.Equal(middle.Plane(1).Slice(y * 48, 48).ToArray(), strip.Plane(1).Slice(y * strip.Width + 48, 48).ToArray());
    }

    [Theory]
    [InlineData("two styles", "--style", "style.png", "--output", "strip.png")]
    [InlineData("no meaning", "--style", "style.png=2", "--style", "style.png", "--output", "strip.png")]
    [InlineData("2 to 64", "--style", "style.png", "--style", "style.png", "--steps", "1", "--output", "strip.png")]
    [InlineData("--output-dir", "--style", "style.png", "--style", "style.png")]
    [InlineData("fewer --steps", "--style", "style.png", "--style", "style.png", "--steps", "64", "--size", "512", "--output", "strip.webp")]
    [InlineData("--max-pixels", "--style", "style.png", "--style", "style.png", "--steps", "64", "--size", "512", "--max-pixels", "1000000",
        "--output", "strip.png")]
    public void InterpolateRefusesWhatMakesNoStrip(string reason, params string[] more)
    {
        (int code, _, string errors) = _cli.Run(["interpolate", "content.png", .. more]);
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(reason, errors);
        Assert.False(File.Exists(_cli.At("strip.png")));
    }

    [UnixFact]
    public void AnInterruptedInterpolationKeepsWhatWasMade()
    {
        using Process process = _cli.Start("interpolate", "content.png", "--style", "style.png", "--style", "content.png", "--steps", "40",
            "--output", "strip.png",
            "--network", TinyNetwork.Shared.File, "--size", "48", "--iterations", "400", "--tolerance", "0");
        string seen = "";
        while (process.StandardError.ReadLine() is { } line)
        {
            seen += line + Environment.NewLine;
            if (line.Contains("[2/40]")) break;
        }
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
        (int code, string output, string errors) = Cli.Finish(process, seen);

        Assert.True(code == CommandRunner.Interrupted, errors);
        Assert.Contains("not made", output);
        PlanarImage strip = PictureFile.Read(_cli.At("strip.png"));
        Assert.Equal(35, strip.Height);
        Assert.InRange(strip.Width, 48, 39 * 48);
    }

    [Theory]
    [InlineData("none", "none", "yiq", "square_root")]
    [InlineData("luminance", "luminance", "yiq", "square_root", "--match-luminance")]
    [InlineData("luminance-lab", "luminance", "lab", "square_root")]
    [InlineData("histogram", "histogram", "yiq", "square_root")]
    [InlineData("histogram-cholesky", "histogram", "yiq", "cholesky")]
    [InlineData("histogram-after", "histogram_after", "yiq", "square_root")]
    [InlineData("histogram-after-cholesky", "histogram_after", "yiq", "cholesky")]
    public void EveryWayOfKeepingColoursHasAName(string name, string mode, string space, string matching, params string[] more)
    {
        (int code, _, string errors) = _cli.Run(Stylize(["--preserve-color", name, "--report", "out.json", "--iterations", "1", .. more]));
        Assert.True(code == 0, errors);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(_cli.At("out.json")));
        JsonElement options = report.RootElement.GetProperty("options");
        Assert.Equal((mode, space, matching), (Text("preserve_color"), Text("luminance_space"), Text("color_matching")));
        Assert.Equal(more.Length > 0, options.GetProperty("match_luminance").GetBoolean());

        string? Text(string key) => options.GetProperty(key).GetString();
    }

    [Fact]
    public void MatchingLuminanceWithoutLuminanceIsRefused()
    {
        (int code, _, string errors) = _cli.Run(Stylize("--preserve-color", "histogram", "--match-luminance"));
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("--match-luminance", errors);
    }

    [Theory]
    [InlineData("--preserve-color", "hue", "hue", "histogram-after")]
    [InlineData("--size", "7", "--size is 7", "16")]
    [InlineData("--iterations", "0", "--iterations is 0", "1")]
    [InlineData("--style-weight", "-1", "--style-weight is -1", "0")]
    [InlineData("--device", "gpu", "gpu", "cuda")]
    [InlineData("--optimizer", "sgd", "sgd", "lbfgs")]
    [InlineData("--preset", "gatsby", "gatsby", "johnson-neural-style")]
    [InlineData("--style-statistic", "grams", "grams", "mmd-gaussian")]
    [InlineData("--style-statistic", "relu9_1=gram", "relu9_1", "style layers")]
    [InlineData("--tv-kind", "cubed", "cubed", "absolute")]
    [InlineData("--init", "nothere.png", "nothere.png", "noise")]
    [InlineData("--style", "nothere.png", "nothere.png", "does not exist")]
    [InlineData("--style", "style.png=-2", "style.png=-2", "positive")]
    [InlineData("--report", "no/such/folder/r.json", "--report", "does not exist")]
    [InlineData("--preview-every", "-1", "--preview-every", "0 for none")]
    [InlineData("--colour", "red", "--colour", "--help")]
    public void WrongValuesAreRefusedWithTheValueAndWhatIsAllowed(string option, string value, string named, string remedy)
    {
        (int code, _, string errors) = _cli.Run(Stylize(option, value));

        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(named, errors);
        Assert.Contains(remedy, errors);
        Assert.False(File.Exists(_cli.At("out.png")));
    }

    [Fact]
    public void AFileThatIsNoPictureFailsWithItsNameAndLeavesNothing()
    {
        File.WriteAllText(_cli.At("content.png"), "this is not a picture");
        (int code, _, string errors) = _cli.Run(Stylize());

        Assert.Equal(CommandRunner.Failed, code);
        Assert.Contains("content.png", errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.False(File.Exists(_cli.At("out.png")));
    }

    [Fact]
    public void AnOutputThatIsNoPictureIsRefused()
    {
        (int code, _, string errors) = _cli.Run("stylize", "content.png", "--style", "style.png", "--output", "out.gif");
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(".gif", errors);
        Assert.Contains(".png", errors);
    }

    [Fact]
    public void AMissingNetworkSaysWhereToGetOneAndWhereToPutIt()
    {
        (int code, _, string errors) = _cli.Run("stylize", "content.png", "--style", "style.png", "--output", "out.png", "--network",
            "nothere.safetensors");
        Assert.Equal(CommandRunner.Failed, code);
        Assert.Contains("nothere.safetensors", errors);
    }

    [UnixFact]
    public void AnInterruptKeepsTheBestPictureSoFar()
    {
        using Process process = _cli.Start(Stylize("--iterations", "100000", "--tolerance", "0", "--report", "out.json"));
        string seen = "";
        while (process.StandardError.ReadLine() is { } line)
        {
            seen += line + "\n";
            if (line.StartsWith("iteration", StringComparison.Ordinal)) break;
        }
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
        (int code, string output, string errors) = Cli.Finish(process, seen);

        Assert.True(code == CommandRunner.Interrupted, errors);
        Assert.Contains("interrupted", output);
        using MLImage image = MLImage.CreateFromFile(_cli.At("out.png"));
        Assert.Equal((48, 35), (image.Width, image.Height));
        Assert.True(File.Exists(_cli.At("out.json")));
    }

    [Fact]
    public void BatchRepaintsAFolderGoesOnWhereItStoppedAndSkipsWhatItCannotRead()
    {
        Directory.CreateDirectory(_cli.At("in"));
        PictureFile.Save(Picture(6, 40, 30), _cli.At("in/a.png"));
        PictureFile.Save(Picture(7, 30, 40), _cli.At("in/b.jpg"));
        File.WriteAllText(_cli.At("in/broken.png"), "no picture");
        File.WriteAllText(_cli.At("in/notes.txt"), "left alone");
        string[] batch = ["batch", "in", "--style", "style.png", "--output-dir", "made", "--network", TinyNetwork.Shared.File, "--size",
            "40", "--iterations", "3"];

        (int code, _, string errors) = _cli.Run(batch);
        Assert.Equal(BatchCommand.SomeFailed, code);
        Assert.Contains("broken.png", errors);

        (code, string output, errors) = _cli.Run([.. batch, "--skip-existing", "--skip-unreadable", "--report-dir", "reports"]);
        Assert.True(code == 0, errors);
        Assert.Contains("broken.png", errors);
        Assert.Contains("2 there already", output);
        Assert.Equal(["a.png", "b.jpg"], Directory.GetFiles(_cli.At("made")).Select(Path.GetFileName).Order());
        using MLImage tall = MLImage.CreateFromFile(_cli.At("made/b.jpg"));
        Assert.Equal((30, 40), (tall.Width, tall.Height));
    }

    [Fact]
    public void HelpTeachesByExample()
    {
        (int code, string output, _) = _cli.Run("stylize", "--help");
        Assert.Equal(0, code);
        Assert.Contains("Examples:", output);
        Assert.Contains("--style-weight", output);
    }

    [Fact]
    public void NetworksListsWhatIsKnownAndWhereItIsLookedFor()
    {
        (int code, string output, _) = _cli.Run("networks");
        Assert.Equal(0, code);
        Assert.Contains("vgg19", output);
        Assert.Contains("MLNETSTYLE_MODELS", output);
    }

    public void Dispose() => _cli.Dispose();

    internal static PlanarImage Picture(int seed, int width, int height)
    {
        Random random = new(seed);
        PlanarImage image = new(width, height);
        foreach (ref float sample in image.Samples.AsSpan()) sample = random.Next(256);
        return image;
    }
}
