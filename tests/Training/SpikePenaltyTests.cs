using MLNetStyle.Kernels;
using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Training;

public unsafe class SpikePenaltyTests
{
    private const int Height = 10, Width = 14;
    private const double Weight = 70;

    [Fact]
    public void GradientIsThatOfFiniteDifferences()
    {
        using PaddedMap values = Map(spikes: true), gradient = new(Layout.Block, Height, Width, 1);
        double penalty = Add(values, gradient);
        Assert.True(penalty > 10, $"{penalty}");
        Assert.Equal(Penalty(values), penalty, 1e-4 * penalty);
        PaddedBlock block = values.Block(0), by = gradient.Block(0);
        Random random = new(3);
        for (int trial = 0; trial < 60; trial++)
        {
            (int y, int x, int lane) = trial < 16 ? (4, 5, trial) : (random.Next(Height), random.Next(Width), random.Next(Layout.Block));
            float* at = block.Inside + y * block.Row + x * Layout.Block + lane;
            float kept = *at;
            const float Step = 0.02f;
            *at = kept + Step;
            double more = Penalty(values);
            *at = kept - Step;
            double expected = (more - Penalty(values)) / (2 * Step), found = by.Inside[y * by.Row + x * Layout.Block + lane];
            *at = kept;
            Assert.Equal(expected, found, 0.01 * Math.Abs(expected) + 1e-3);
        }
    }

    [Fact]
    public void WhatStandsWithinTheLimitCostsNothing()
    {
        using PaddedMap values = Map(spikes: false), gradient = new(Layout.Block, Height, Width, 1);
        Assert.Equal(0, Add(values, gradient));
        for (long i = 0; i < gradient.Floats; i++) Assert.Equal(0, gradient.Data[i]);
    }

    /// <summary>Noise, and in most channels one place that stands far out.</summary>
    private static PaddedMap Map(bool spikes)
    {
        PaddedMap map = new(Layout.Block, Height, Width, 1);
        Random random = new(1);
        PaddedBlock block = map.Block(0);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
                for (int lane = 0; lane < Layout.Block; lane++)
                    block.Inside[y * block.Row + x * Layout.Block + lane] = 3 + lane + 2 * (random.NextSingle() - 0.5f);
        for (int lane = 0; spikes && lane < Layout.Block - 2; lane++)
            block.Inside[4 * block.Row + 5 * Layout.Block + lane] += (lane % 2 == 0 ? 1 : -1) * (6 + 2 * lane);
        return map;
    }

    private static double Add(PaddedMap values, PaddedMap gradient)
    {
        float* mean = stackalloc float[Layout.Block], inverse = stackalloc float[Layout.Block];
        for (int lane = 0; lane < Layout.Block; lane++) (mean[lane], inverse[lane]) = ((float, float))Moments(values, lane);
        return SpikePenalty.Add(values.Block(0), gradient.Block(0), Height, mean, inverse, Weight);
    }

    /// <summary>The formula, in double precision.</summary>
    private static double Penalty(PaddedMap values)
    {
        double sum = 0;
        for (int lane = 0; lane < Layout.Block; lane++)
        {
            (double mean, double inverse) = Moments(values, lane);
            sum += Lane(values, lane).Sum(v => Math.Pow(Math.Max(0, Math.Abs((v - mean) * inverse) - SpikePenalty.Limit), 2));
        }
        return Weight * sum / (Height * Width);
    }

    private static (double Mean, double Inverse) Moments(PaddedMap values, int lane)
    {
        double[] all = [.. Lane(values, lane)];
        double mean = all.Average();
        return (mean, 1 / Math.Sqrt(all.Average(v => (v - mean) * (v - mean)) + TransformShape.Epsilon));
    }

    private static List<double> Lane(PaddedMap values, int lane)
    {
        List<double> all = [];
        PaddedBlock block = values.Block(0);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++) all.Add(block.Inside[y * block.Row + x * Layout.Block + lane]);
        return all;
    }
}
