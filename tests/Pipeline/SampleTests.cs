using MLNetStyle.Samples.Pipelines;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class SampleTests
{
    public static TheoryData<string> Names => [.. PipelineSamples.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EverySampleRuns(string name)
    {
        using TestFolder folder = new();
        using StringWriter output = new();
        string results = Directory.CreateDirectory(folder.File("results")).FullName;
        SampleInput input = new(folder.Add("content.png", 1, 60, 48), folder.Add("style.png", 2, 50, 50), TinyNetwork.Shared.File, results,
            output)
        {
            Size = 48,
            Iterations = 20,
        };
        PipelineSamples.Find(name.ToUpperInvariant())!.Run(input);
        Assert.NotEmpty(output.ToString());
    }

    [Fact]
    public void TheLoadedModelOfItsSampleMakesTheSamePictureAsTheModelItself()
    {
        using TestFolder folder = new();
        SampleInput input = new(folder.Add("content.png", 1), folder.Add("style.png", 2), TinyNetwork.Shared.File, folder.Path,
            TextWriter.Null)
        { Size = 40, Iterations = 5 };
        IntroSaveLoad.Run(input);
        IntroStyleTransfer.Run(input);
        Assert.Equal(File.ReadAllBytes(folder.File("styled.png")), File.ReadAllBytes(folder.File("loaded.png")));
    }

    [Fact]
    public void EveryIntroIsRegistered()
    {
        IEnumerable<string> written = typeof(PipelineSamples).Assembly.GetTypes().Where(type =>
            type.Name.StartsWith("Intro")).Select(type => type.Name);
        Assert.Equal(written.Order(), PipelineSamples.All.Select(sample => sample.Run.Method.DeclaringType!.Name).Order());
        Assert.Null(PipelineSamples.Find("no-sample"));
    }
}
