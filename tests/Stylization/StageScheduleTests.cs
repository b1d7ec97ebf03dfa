using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StageScheduleTests
{
    [Fact]
    public void SizesDoubleWhileIterationsHalve()
    {
        IReadOnlyList<StylizationStage> stages = StageSchedule.Plan(new StylizationOptions { Iterations = 70, StageDecay = 0.5 }, 512);
        Assert.Equal([new StylizationStage(128, 40), new StylizationStage(256, 20), new StylizationStage(512, 10)], stages);
    }

    [Fact]
    public void ASmallPictureHasOneStage() =>
        Assert.Equal([new StylizationStage(100, 30)], StageSchedule.Plan(new StylizationOptions { Iterations = 30 }, 100));

    [Fact]
    public void EveryPlanGrowsEndsAtTheSizeAndSpendsAllIterations() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            StylizationOptions options = new()
            {
                Iterations = random.Next(1, 400),
                PyramidFactor = 1.01 + 3 * random.NextDouble(),
                CoarsestSize = random.Next(16, 600),
                StageDecay = 0.05 + 2 * random.NextDouble(),
            };
            int size = random.Next(16, 4097);
            IReadOnlyList<StylizationStage> stages = StageSchedule.Plan(options, size);
            bool grows = stages.Zip(stages.Skip(1)).All(p => p.First.LongerSide < p.Second.LongerSide);
            bool coarse = stages.Count == 1 || stages[0].LongerSide >= options.CoarsestSize - 1;
            return grows && coarse && stages[^1].LongerSide == size && stages.All(s => s.Iterations >= 1)
                && stages.Sum(s => s.Iterations) == options.Iterations;
        }));

    [Theory]
    [InlineData(100, 50, 64, 16, 64, 32)]
    [InlineData(4096, 16, 512, 16, 4096, 16)]
    [InlineData(16, 800, 200, 16, 16, 800)]
    [InlineData(1000, 50, 128, 16, 320, 16)]
    public void AWorkingSizeKeepsTheLeastSide(int width, int height, int longer, int least, int expectedWidth, int expectedHeight) =>
        Assert.Equal((expectedWidth, expectedHeight), StageSchedule.Working(width, height, longer, least, "The image"));

    [Fact]
    public void AStripThatNoSizeSuitsIsRefusedWithItsName() =>
        Assert.Contains("The content is 5000 x 10 pixels",
            Assert.Throws<ArgumentException>(() => StageSchedule.Working(5000, 10, 512, 16, "The content")).Message);
}
