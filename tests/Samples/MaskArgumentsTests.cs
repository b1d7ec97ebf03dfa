using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Imaging;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>Masks on the command line.</summary>
public sealed class MaskArgumentsTests : IDisposable
{
    private readonly Cli _cli = new();

    public MaskArgumentsTests()
    {
        foreach ((string name, int seed) in (ReadOnlySpan<(string, int)>)[("content.png", 1), ("a.png", 2),
            ("b.png", 3)]) PictureFile.Save(Picture(seed), _cli.At(name));
        Halves("mask.png", (255, 0, 0), (0, 0, 255));
        Halves("other.png", (255, 0, 0), (0, 255, 0));
        Halves("left.png", (255, 255, 255), (0, 0, 0));
        Halves("right.png", (0, 0, 0), (255, 255, 255));
        PictureFile.Save(RegionMasksTests.Paint(40, 40, (x, _) => x < 20 ? (255, 0, 0) : (0, 0, 255)), _cli.At("square.png"));
        File.WriteAllText(_cli.At("text.png"), "no picture");
    }

    [Fact]
    public void MasksOfColoursAndFilesForEachRegionMakeTheSamePicture()
    {
        byte[] plain = Made("--style", "a.png"), colours = Made("--style", "a.png", "--style", "b.png", "--content-mask", "mask.png");
        Assert.NotEqual(plain, colours);
        Assert.Equal(colours, Made("--style", "a.png", "--style", "b.png", "--content-mask", "left.png", "--content-mask", "right.png"));
        Assert.NotEqual(colours, Made("--style", "b.png", "--style", "a.png", "--content-mask", "mask.png"));
        Assert.NotEqual(colours, Made("--style", "a.png", "--style", "b.png", "--content-mask", "mask.png", "--mask-softness", "0"));
    }

    [Fact]
    public void WhichStyleGoesToWhichColourIsSaid()
    {
        IReadOnlyList<string> names = RegionMasks.FromColors(PictureFile.Read(_cli.At("mask.png"))).Names;
        (int code, _, string errors) = _cli.Run(Stylize("--style", "a.png", "--style", "b.png", "--content-mask", "mask.png"));
        Assert.True(code == 0, errors);
        Assert.Contains($"regions: {names[0]} a.png, {names[1]} b.png", errors);
    }

    [Fact]
    public void AStyleMaskPairsWithTheContents()
    {
        byte[] colours = Made("--style", "a.png", "--style-mask", "mask.png", "--content-mask", "mask.png");
        Assert.Equal(colours,
            Made("--style", "a.png", "--style-mask", "left.png", "--style-mask", "right.png", "--content-mask", "left.png",
            "--content-mask", "right.png"));
        Assert.NotEqual(colours,
            Made("--style", "a.png", "--style", "b.png", "--style-mask", "mask.png", "--style-mask", "mask.png", "--content-mask",
            "mask.png"));
    }

    [Fact]
    public void AContentWeightMaskIsTaken() =>
        Assert.NotEqual(Made("--style", "a.png"), Made("--style", "a.png", "--content-weight-mask", "left.png"));

    [Fact]
    public void ABatchFindsTheMaskOfEachPictureByItsName()
    {
        foreach (string folder in (string[])["in", "masks"]) Directory.CreateDirectory(_cli.At(folder));
        foreach (string name in (string[])["one", "two"])
        {
            File.Copy(_cli.At("content.png"), _cli.At($"in/{name}.png"));
            File.Copy(_cli.At("mask.png"), _cli.At($"masks/{name}.png"));
        }
        string[] batch = ["batch", "in", "--style", "a.png", "--style", "b.png", "--content-mask", "masks", "--output-dir", "out",
            .. Quick];
        (int code, _, string errors) = _cli.Run(batch);
        Assert.True(code == 0, errors);
        Assert.Equal(Made("--style", "a.png", "--style", "b.png", "--content-mask", "mask.png"), File.ReadAllBytes(_cli.At("out/two.png")));
        File.Delete(_cli.At("masks/one.png"));
        (code, _, errors) = _cli.Run(["batch", "in", "--style", "a.png", "--style", "b.png", "--content-mask", "masks", "--output-dir",
            "more", .. Quick]);
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("'masks' has no mask for 'one.png': put one.png there", errors);
        Assert.False(Directory.Exists(_cli.At("more")));
    }

    [Theory]
    [InlineData("no --content-mask, --content-weight-mask or --paint-mask", "--style", "a.png", "--mask-softness", "4")]
    [InlineData("no --content-mask that says", "--style", "a.png", "--style-mask", "mask.png")]
    [InlineData("--content-mask 'nothere.png' does not exist", "--style", "a.png", "--content-mask", "nothere.png")]
    [InlineData("2 regions (#ff0000, #0000ff), and 1 --style is given", "--style", "a.png", "--content-mask", "mask.png")]
    [InlineData("'mask.png' has the region #0000ff, but the style mask 'other.png' has only #ff0000, #00ff00", "--style", "a.png", "--content-mask", "mask.png", "--style-mask", "other.png")]
    [InlineData("give a mask of colours for each style", "--style", "a.png", "--style", "b.png", "--content-mask", "mask.png", "--style-mask", "mask.png")]
    [InlineData("weights have no meaning", "--style", "a.png=2", "--style", "b.png", "--content-mask", "mask.png")]
    [InlineData("can't be combined with --content-mask", "--style", "a.png", "--fine-style", "b.png", "--content-mask", "mask.png")]
    [InlineData("proportions", "--style", "a.png", "--style", "b.png", "--content-mask", "square.png")]
    [InlineData("'text.png' can't be read", "--style", "a.png", "--style", "b.png", "--content-mask", "text.png")]
    [InlineData("proportions", "--style", "a.png", "--content-weight-mask", "square.png")]
    [InlineData("can't guide histogram", "--style", "a.png", "--style", "b.png", "--content-mask", "mask.png", "--style-statistic", "histogram")]
    [InlineData("proportions", "--style", "a.png", "--paint-mask", "square.png")]
    [InlineData("--mask-softness is -1", "--style", "a.png", "--content-weight-mask", "left.png", "--mask-softness", "-1")]
    [InlineData("--content-weight-mask is given, but --content-weight is 0", "--style", "a.png", "--content-weight-mask", "left.png", "--content-weight", "0")]
    public void WhatCanNotBeMeantIsRefused(string reason, params string[] arguments)
    {
        (int code, _, string errors) = _cli.Run(Stylize(arguments));
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(reason, string.Join(' ', errors.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.False(File.Exists(_cli.At("out.png")));
    }

    [Fact]
    public void WithoutAnyStyleOnlyThatIsSaid()
    {
        (int code, _, string errors) = _cli.Run(Stylize("--content-mask", "mask.png", "--style-mask", "mask.png"));
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("No style is given", errors);
        Assert.Single(errors.Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal));
    }

    [Fact]
    public void TheHelpTeachesIt()
    {
        (int code, string help, _) = _cli.Run("stylize", "--help");
        Assert.Equal(0, code);
        foreach (string option in (string[])["--content-mask", "--style-mask", "--mask-softness", "--content-weight-mask",
            "photo-mask.png"]) Assert.Contains(option, help);
    }

    public void Dispose() => _cli.Dispose();

    private static string[] Quick => ["--network", TinyNetwork.Shared.File, "--size", "32", "--iterations", "3"];

    private static string[] Stylize(params string[] more) => ["stylize", "content.png", "--output", "out.png", .. Quick, .. more];

    private byte[] Made(params string[] more)
    {
        (int code, _, string errors) = _cli.Run(Stylize(more));
        Assert.True(code == 0, errors);
        return File.ReadAllBytes(_cli.At("out.png"));
    }

    private void Halves(string name, (int R, int G, int B) left, (int R, int G, int B) right) =>
        PictureFile.Save(RegionMasksTests.Paint(40, 32, (x, _) => x < 20 ? left : right), _cli.At(name));

    private static PlanarImage Picture(int seed)
    {
        Random random = new(seed);
        (double a, double b) = (0.1 + random.NextDouble(), 0.1 + random.NextDouble());
        return RegionMasksTests.Paint(40, 32, (x, y) =>
            ((int)(127 + 90 * Math.Sin(a * x)), (int)(127 + 90 * Math.Sin(b * y)), (int)(127 + 90 * Math.Sin(a * y + b * x))));
    }
}
