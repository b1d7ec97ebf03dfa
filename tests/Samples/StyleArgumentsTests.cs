using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>Styles for the coarse and the fine layers on the command line.</summary>
public sealed class StyleArgumentsTests : IDisposable
{
    private readonly Cli _cli = new();

    public StyleArgumentsTests()
    {
        foreach ((string name, int seed) in (ReadOnlySpan<(string, int)>)[("content.png", 1), ("a.png", 2),
            ("b.png", 3)]) PictureFile.Save(Picture(seed), _cli.At(name));
    }

    [Fact]
    public void CoarseAndFineStyleOfOnePictureAreThePlainStyleAndOfTwoTheyAreNot()
    {
        byte[] plain = Made("--style", "a.png");
        Assert.Equal(plain, Made("--coarse-style", "a.png", "--fine-style", "a.png=3"));
        byte[] two = Made("--coarse-style", "a.png", "--fine-style", "b.png");
        Assert.NotEqual(plain, two);
        Assert.NotEqual(two, Made("--coarse-style", "b.png", "--fine-style", "a.png"));
    }

    [Fact]
    public void TheStrokeSizeAndTheCoarsestSizeAreTaken()
    {
        byte[] plain = Made("--style", "a.png");
        Assert.NotEqual(plain, Made("--style", "a.png", "--stroke-size", "2"));
        Assert.NotEqual(plain, Made("--style", "a.png", "--coarsest-size", "16"));
        (int code, _, string errors) = _cli.Run(Stylize("--style", "a.png", "--stroke-size", "0"));
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("--stroke-size is 0", errors);
    }

    [Theory]
    [InlineData("--fine-style", "--coarse-style", "a.png")]
    [InlineData("--coarse-style", "--fine-style", "a.png")]
    [InlineData("No style is given")]
    [InlineData("must be a positive number", "--style", "a.png", "--fine-style", "b.png=0")]
    [InlineData("--coarse-style 'nothere.png' does not exist", "--style", "a.png", "--coarse-style", "nothere.png")]
    public void WhatCanNotBeAStyleIsRefused(string reason, params string[] styles)
    {
        (int code, _, string errors) = _cli.Run(Stylize(styles));
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains(reason, errors);
        Assert.False(File.Exists(_cli.At("out.png")));
    }

    [Fact]
    public void TheWayFromStyleToStyleTakesWholeStyles()
    {
        (int code, _, string errors) = _cli.Run("interpolate", "content.png", "--coarse-style", "a.png", "--fine-style", "b.png",
            "--output", "strip.png");
        Assert.Equal(CommandRunner.WrongArguments, code);
        Assert.Contains("--style", errors);
    }

    public void Dispose() => _cli.Dispose();

    private static string[] Stylize(params string[] styles) =>
        ["stylize", "content.png", "--output", "out.png", "--network", TinyNetwork.Shared.File, "--size", "48", "--iterations", "4", .. styles];

    private byte[] Made(params string[] styles)
    {
        (int code, _, string errors) = _cli.Run(Stylize(styles));
        Assert.True(code == 0, errors);
        return File.ReadAllBytes(_cli.At("out.png"));
    }

    private static PlanarImage Picture(int seed)
    {
        Random random = new(seed);
        PlanarImage image = new(52, 44);
        foreach (ref float sample in image.Samples.AsSpan()) sample = random.Next(256);
        return image;
    }
}
