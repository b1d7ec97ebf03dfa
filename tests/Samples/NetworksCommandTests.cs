using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

public sealed class NetworksCommandTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void LayersOfAGraphAreListed()
    {
        (int code, string output, string errors) = _cli.Run("networks", "--layers", NetworkFiles.At("squeezenet.onnx"));
        Assert.True(code == 0, errors);
        string[] lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^layer +operator +channels +stride +stands for$", lines[0]);
        Assert.Contains(lines, l => System.Text.RegularExpressions.Regex.IsMatch(l, @"^relu_1 +Relu +8 +2 +relu1_1$"));
        Assert.Equal(Network.Load(NetworkFiles.At("squeezenet.onnx")).Layers.Count + 1, lines.Length);
    }

    [Fact]
    public void OperatorsWithoutARuleAreSaid()
    {
        (int code, string output, string errors) = _cli.Run("networks", "--layers", NetworkFiles.At("unknown-operators.onnx"));
        Assert.Equal(0, code);
        Assert.Contains("Selu (2), Softsign (1)", errors);
        Assert.Contains("behind an operator", output);
    }

    [Fact]
    public void AFileIsTakenOverAndFoundByItsName()
    {
        (int code, string output, string errors) = Run("networks", "import", NetworkFiles.At("vgg16-notop.h5"), "--name", "mine");
        Assert.True(code == 0, errors);
        string file = Path.Combine(_cli.Folder, "cache", "mlnetstyle", "models", "mine.safetensors");
        Assert.Contains(file, output);
        (code, output, errors) = Run("networks", "verify", "mine");
        Assert.True(code == 0, errors);
        Assert.Contains(file, output);
        Assert.Contains("sha256", output);

        string content = _cli.At("content.png"), style = _cli.At("style.png");
        PictureFile.Save(MLNetStyle.Tests.Stylization.StylizerTests.Picture(48, 40, 1), content);
        PictureFile.Save(MLNetStyle.Tests.Stylization.StylizerTests.Picture(48, 48, 2), style);
        (code, _, errors) = Run("stylize", content, "--style", style, "--output", _cli.At("out.png"), "--preset", "keras", "--network",
            "mine",
            "--size", "48", "--iterations", "3");
        Assert.True(code == 0, errors);
        Assert.True(File.Exists(_cli.At("out.png")));
    }

    [Theory]
    [InlineData("../mine")]
    [InlineData("relay")]
    [InlineData("a b")]
    public void ANameThatIsNoneIsRefused(string name)
    {
        (int code, _, string errors) = Run("networks", "import", NetworkFiles.At("vgg16-notop.h5"), "--name", name);
        Assert.Equal(2, code);
        Assert.Contains("--name", errors);
    }

    [Fact]
    public void AFileThatIsNoNetworkFailsVerification()
    {
        string path = _cli.At("page.pth");
        File.WriteAllText(path, "<html>");
        (int code, _, string errors) = Run("networks", "verify", path);
        Assert.Equal(1, code);
        Assert.Contains("page.pth", errors);
    }

    [Fact]
    public void WithoutAConnectionItSaysWhatToFetchAndWhereToPutIt()
    {
        (int code, _, string errors) = Run("networks", "pull", "vgg16", "--from", "http://no-such-host.invalid/vgg16.h5");
        Assert.Equal(1, code);
        foreach (string part in (string[])["no-such-host.invalid", "vgg16.h5", "mlnetstyle networks import"]) Assert.Contains(part, errors);
        Assert.DoesNotContain("   at ", errors);
    }

    private (int Code, string Out, string Err) Run(params string[] arguments)
    {
        Dictionary<string, string> environment = new() { ["XDG_CACHE_HOME"] = Path.Combine(_cli.Folder, "cache") };
        using System.Diagnostics.Process process = _cli.StartWith(environment, arguments);
        process.StandardInput.Close();
        return Cli.Finish(process);
    }
}
