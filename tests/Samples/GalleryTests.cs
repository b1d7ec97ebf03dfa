using System.CommandLine;
using System.Diagnostics;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Samples.Gallery;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

public sealed class GalleryTests : IDisposable
{
    private static readonly GalleryInput s_input = new(["c/lake.jpg", "c/life.jpg", "c/town.jpg"], ["s/a.jpg", "s/b.jpg", "s/c.jpg"], "out", 256,
        "compact", 500);

    private readonly Cli _cli = new();

    public GalleryTests()
    {
        foreach ((string name, int seed) in (ReadOnlySpan<(string, int)>)[("content.png", 1), ("a.png", 2),
            ("b.png", 3)]) PictureFile.Save(Picture(seed), _cli.At(name));
    }

    [Fact]
    public void EveryCommandIsOneThatTheProgramTakesAndEveryNameStandsOnce()
    {
        IReadOnlyList<GalleryItem> items = GalleryItems.Of(s_input);
        Assert.Equal(items.Count, items.Select(i => i.Name).Distinct().Count());
        Assert.All(items, i => Assert.Matches("^[a-z0-9.-]+$", i.Name));
        RootCommand root = new() { StylizeCommand.Create(), InterpolateCommand.Create() };
        foreach (IReadOnlyList<string> command in items.SelectMany(i => i.Commands)) Assert.Empty(root.Parse([.. command]).Errors);
        foreach (StyleTransferPreset preset in StyleTransferPreset.All) Assert.Contains(items, i => i.Name == $"preset-{preset.Name}");
        Assert.Contains("500 of 2000", items.Single(i => i.Name == "preset-udacity").Caption);
        Assert.All(GalleryItems.Of(s_input with { Contents = ["one.jpg"], Styles = ["one.jpg"] }), i =>
            Assert.DoesNotContain("coarse-fine", i.Name));
    }

    [Fact]
    public void TheFontHasEveryCharacterOfEveryCaption()
    {
        foreach (GalleryItem item in GalleryItems.Of(s_input))
            Assert.True(ContactSheet.HasGlyphs($"{item.Caption}{item.Group}"), item.Caption);
        Assert.Equal(["one two", "three"], ContactSheet.Wrap("one two three", 50));
        Assert.Equal(["iiiiiiii iiiiiiii"], ContactSheet.Wrap("iiiiiiii iiiiiiii", 70));
        Assert.Equal(["mmmmmmmm", "mmmmmmmm"], ContactSheet.Wrap("mmmmmmmm mmmmmmmm", 70));
    }

    [Fact]
    public void ASheetHasPicturesAndInkOnPaper()
    {
        PlanarImage red = new(40, 30);
        red.Plane(0).Fill(255);
        PlanarImage sheet = ContactSheet.Draw("title",
            [("group", [new("caption", 4 / 3.0, () => red), new("wide", 5, () => red), new("next", 1, () => red)])], 5);
        Assert.Contains(Enumerable.Range(0, sheet.Width * sheet.Height), i => sheet.Plane(0)[i] == 255 && sheet.Plane(1)[i] == 0);
        Assert.True(sheet.Samples.Count(v => v is > 60 and < 200) > 50, "smooth edges of letters");
        Assert.All(sheet.Samples, v => Assert.InRange(v, 0, 255));
    }

    [Fact]
    public void PicturesPageAndSheetAreMadeAndKeptUntilTheyAreForced()
    {
        (int code, string output, string errors) = Run("--only", "originals", "default-1-1", "interpolate");
        Assert.True(code == 0, errors);
        Assert.Contains("5 pictures made", output);
        string page = File.ReadAllText(_cli.At("g/index.html"));
        foreach (string name in (string[])["content-1", "style-1", "style-2", "default-1-1", "interpolate"])
        {
            Assert.True(File.Exists(_cli.At($"g/{name}.jpg")));
            Assert.Contains($"src=\"{name}.jpg\"", page);
        }
        Assert.Equal(page.Split("<img ").Length, page.Split(" alt=\"").Length);
        Assert.Contains("./mlnetstyle stylize content.png --style a.png --size 32", page);
        Assert.Contains("./mlnetstyle gallery --content content.png --style a.png b.png --output-dir g", page);
        Assert.DoesNotContain("http", page);
        Assert.True(PictureFile.Read(_cli.At("g/sheet.jpg")).Width > 1000);
        Assert.DoesNotContain(Directory.GetFiles(_cli.At("g")), f => Path.GetFileName(f).StartsWith('.') || f.EndsWith(".tmp"));

        DateTime made = File.GetLastWriteTimeUtc(_cli.At("g/default-1-1.jpg"));
        File.Delete(_cli.At("g/style-2.jpg"));
        (_, output, _) = Run("--only", "originals", "default-1-1");
        Assert.Contains("1 pictures made, 3 there already", output);
        Assert.Equal(made, File.GetLastWriteTimeUtc(_cli.At("g/default-1-1.jpg")));
        Assert.True(File.Exists(_cli.At("g/style-2.jpg")));
        Run("--only", "default-1-1", "--force");
        Assert.NotEqual(made, File.GetLastWriteTimeUtc(_cli.At("g/default-1-1.jpg")));
        Assert.Contains("style-1.jpg", File.ReadAllText(_cli.At("g/index.html")));
        (_, output, _) = Run("--only", "default-1-1", "--size", "48"); // another command
        Assert.Contains("1 pictures made", output);
    }

    [Fact]
    public void WhatAPictureIsMadeOfIsMadeFirst()
    {
        (int code, string output, string errors) = Run("--only", "content-weight-mask");
        Assert.True(code == 0, errors);
        Assert.Contains("2 pictures made", output);
        Assert.True(File.Exists(_cli.At("g/mask-weight.png")));
    }

    [Fact]
    public void WhatAPictureIsMadeOfIsMadeAnewAtAnotherSizeOrOfAnotherContent()
    {
        (int code, string output, string errors) = Run("--only", "regions");
        Assert.True(code == 0, errors);
        Assert.Contains("2 pictures made", output); // the mask, then the picture
        Assert.Contains("0 pictures made", Run("--only", "regions").Out);
        Assert.Equal(48, Made("--size", "48").Width);
        PictureFile.Save(Resizer.Resize(Picture(4), 30, 50), _cli.At("tall.png")); // the mask of the other one does not fit
        (code, output, errors) = _cli.Run(["gallery", "--content", "tall.png", "--style", "a.png", "b.png", "--output-dir", "g",
            "--network", TinyNetwork.Shared.File, "--size", "48", "--only", "regions"]);
        Assert.True(code == 0, errors);
        Assert.Contains("2 pictures made", output);

        PlanarImage Made(params string[] more)
        {
            (code, output, errors) = Run(["--only", "regions", "originals", .. more]);
            Assert.True(code == 0, errors);
            Assert.Contains("5 pictures made", output);
            return PictureFile.Read(_cli.At("g/content-1.jpg"));
        }
    }

    [Fact]
    public void ADamagedRecordOfWhatWasMadeCountsForNothing()
    {
        Directory.CreateDirectory(_cli.At("g"));
        File.WriteAllText(_cli.At("g/gallery.json"), """{ "content-1": null, "style-1": { "width": 3, "height": 2 } }""");
        foreach (string name in (string[])["content-1", "style-1"]) File.Copy(_cli.At("a.png"), _cli.At($"g/{name}.jpg"));
        (int code, string output, string errors) = Run("--only", "originals");
        Assert.True(code == 0, errors);
        Assert.Contains("3 pictures made, 0 there already", output);
    }

    [Fact]
    public void APictureThatFailsIsToldOfAndTheOthersAreMade()
    {
        File.WriteAllText(_cli.At("b.png"), "no picture");
        (int code, string output, string errors) = Run("--only", "originals");
        Assert.Equal(CommandRunner.Failed, code);
        Assert.Contains("style-2", errors);
        Assert.Contains("b.png", errors);
        Assert.Contains("2 pictures made", output);
        Assert.Contains("style-1.jpg", File.ReadAllText(_cli.At("g/index.html")));
    }

    [Theory]
    [InlineData("nothing", "--only", "nothing")]
    [InlineData("32 to 1024", "--size", "8")]
    [InlineData("1 to 100000", "--most-iterations", "0")]
    [InlineData("does not exist", "--style", "nothere.png")]
    [InlineData("is a file", "--output-dir", "a.png")]
    public void WrongValuesAreRefused(string reason, params string[] more)
    {
        (int code, _, string errors) = _cli.Run(["gallery", "--content", "content.png", .. more.Contains("--output-dir") ? []
            : (string[])["--output-dir", "g"], .. more]);
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(reason, errors);
        Assert.False(Directory.Exists(_cli.At("g")));
    }

    [UnixFact]
    public void AnInterruptKeepsWhatIsDone()
    {
        using Process process = _cli.Start("gallery", "--content", "content.png", "--style", "a.png", "--output-dir", "g", "--size", "64",
            "--network", TinyNetwork.Shared.File, "--only", "originals", "presets");
        string seen = "";
        while (process.StandardError.ReadLine() is { } line && !line.Contains("preset-", StringComparison.Ordinal)) seen += line + "\n";
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
        (int code, string output, string errors) = Cli.Finish(process, seen);
        Assert.True(code == CommandRunner.Interrupted, errors);
        Assert.Contains("not made", output);
        Assert.Contains("content-1.jpg", File.ReadAllText(_cli.At("g/index.html")));
        Assert.DoesNotContain(Directory.GetFiles(_cli.At("g")), f => Path.GetFileName(f).StartsWith('.'));
    }

    public void Dispose() => _cli.Dispose();

    private (int Code, string Out, string Err) Run(params string[] more) => _cli.Run([
        "gallery", "--content", "content.png", "--style", "a.png", "b.png", "--output-dir", "g", "--network", TinyNetwork.Shared.File,
            .. more.Contains("--size") ? [] : (string[])["--size", "32"], .. more]);

    private static PlanarImage Picture(int seed)
    {
        Random random = new(seed);
        PlanarImage image = new(52, 44);
        foreach (ref float sample in image.Samples.AsSpan()) sample = random.Next(256);
        return image;
    }
}
