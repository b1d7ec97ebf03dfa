using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StylizationOptionsTests
{
    public static TheoryData<string, Action<StylizationOptions>> Wrong => new()
    {
        { "Size", o => o.Size = 15 },
        { "Size", o => o.Size = 4097 },
        { "Size", o => o.Size = -1 },
        { "Iterations", o => o.Iterations = 0 },
        { "Optimizer", o => o.Optimizer = (OptimizerKind)7 },
        { "LearningRate", o => o.LearningRate = double.NaN },
        { "Beta1", o => o.Beta1 = 1 },
        { "Beta2", o => o.Beta2 = -0.1 },
        { "History", o => o.History = 0 },
        { "ContentWeight", o => o.ContentWeight = -1 },
        { "StyleWeight", o => o.StyleWeight = double.PositiveInfinity },
        { "TvWeight", o => o.TvWeight = double.NaN },
        { "ContentLayers", o => o.ContentLayers = [] },
        { "StyleLayers", o => o.StyleLayers = ["relu1_1", "relu1_1"] },
        { "relu1_1", o => o.StyleLayers = ["relu1_1:0"] },
        { "Normalization", o => o.Normalization = (LossNormalization)9 },
        { "Start", o => o.Start = (StartImage)9 },
        { "StyleScale", o => o.StyleScale = 0 },
        { "StrokeSize", o => o.StrokeSize = 11 },
        { "PreserveColor", o => o.PreserveColor = (PreserveColorMode)9 },
        { "PyramidFactor", o => o.PyramidFactor = 1 },
        { "CoarsestSize", o => o.CoarsestSize = 4 },
        { "StageDecay", o => o.StageDecay = 0 },
        { "AverageDecay", o => o.AverageDecay = 1 },
        { "Compute", o => o.Compute = null! },
        { "Threads", o => o.Compute.Threads = -1 },
        { "PreviewEvery", o => o.PreviewEvery = -1 },
        { "Tolerance", o => o.Tolerance = 1 },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void AWrongValueIsRefusedByName(string name, Action<StylizationOptions> set)
    {
        StylizationOptions options = new();
        set(options);
        Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(options.Validate).Message);
    }

    [Fact]
    public void TheDefaultsAreValid() => new StylizationOptions().Validate();

    [Fact]
    public void NothingToDoIsRefused() =>
        Assert.Throws<ArgumentException>(new StylizationOptions { ContentWeight = 0, StyleWeight = 0, NeighborWeight = 0 }.Validate);

    [Fact]
    public void ACopyIsNotReachedByLaterChanges()
    {
        List<LayerWeight> layers = ["relu1_1"];
        StylizationOptions options = new() { StyleLayers = layers, Size = 99 };
        StylizationOptions copy = options.Clone();
        layers.Add("relu2_1");
        options.Size = 100;
        Assert.Equal(99, copy.Size);
        Assert.Single(copy.StyleLayers);
    }

    [Theory]
    [InlineData("relu4_2", "relu4_2", 1)]
    [InlineData(" relu1_1 : 0.25", "relu1_1", 0.25)]
    public void ALayerIsReadWithItsWeight(string text, string layer, double weight)
    {
        LayerWeight read = LayerWeight.Parse(text);
        Assert.Equal(new LayerWeight(layer, weight), read);
        Assert.Equal(read, LayerWeight.Parse(read.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":2")]
    [InlineData("relu1_1:much")]
    public void WhatIsNoLayerIsRefused(string text) => Assert.Throws<FormatException>(() => LayerWeight.Parse(text));
}
