using MLNetStyle.Tests.Pipeline;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Samples;

public class FastStyleCommandTests
{
    [Fact]
    public void ANetworkIsTrainedListedAndPaintedWith()
    {
        using Cli cli = new();
        using TestFolder folder = new();
        Directory.CreateDirectory(folder.File("photographs"));
        for (int i = 0; i < 4; i++) folder.Add($"photographs/{i}.png", i, 80, 72);
        string style = folder.Add("waves.png", 50, 66, 70), content = folder.Add("content.png", 9, 61, 50);
        string[] train =
        [
            "train", folder.File("photographs"), "--style", style, "--style", $"{style}=tiles", "--output", cli.At("styles.onnx"),
                "--iterations", "2", "--size", "small",
            "--image-size", "64", "--style-size", "64", "--batch-size", "2", "--validation", "2", "--preview-every", "2", "--network",
                TinyNetwork.Shared.File,
        ];
        (int code, string output, string errors) = cli.Run(train);
        Assert.True(code == 0, errors);
        Assert.Contains("waves, tiles after 2 steps", output);
        Refused("--device 'gpu' is no device", 2, [.. train, "--device", "gpu"]);
        Assert.True(File.Exists(cli.At("styles.preview.png")));
        Assert.Contains("Add --resume", cli.Run(train).Err);
        string unused = cli.At("unused"), own = cli.At("own");
        Refused("cuda:99", 1, [.. train, "--device", "cuda:99", "--workspace", unused]);
        Assert.False(Directory.Exists(unused));
        Directory.CreateDirectory(own);
        Refused("cuda:99", 1, [.. train, "--device", "cuda:99", "--workspace", own]);
        Assert.True(Directory.Exists(own));

        Assert.Contains("tiles", cli.Run("fast-styles", "list", cli.At("styles.onnx")).Out);
        (code, _, errors) = cli.Run("stylize", content, "--fast", $"{cli.At("styles.onnx")}=waves:0.3,tiles:0.7", "--output",
            cli.At("out.png"));
        Assert.True(code == 0, errors);
        PlanarImage painted = PictureFile.Read(cli.At("out.png"));
        Assert.Equal((61, 50), (painted.Width, painted.Height));
        (code, output, errors) = cli.Run("batch", folder.File("photographs"), "--fast", cli.At("styles.onnx"), "--output-dir",
            cli.At("painted"));
        Assert.True(code == 0, errors);
        Assert.Contains("4 pictures made", output);
        Assert.Equal(4, Directory.EnumerateFiles(cli.At("painted")).Count());

        Assert.Equal((0, "", ""), cli.Run("stylize", content, "--fast", cli.At("styles.onnx"), "--output", cli.At("quiet.png"), "--quiet"));
        Refused("it has waves, tiles", 1, "stylize", content, "--fast", $"{cli.At("styles.onnx")}=dots", "--output", cli.At("x.png"));
        Refused("--style has no meaning beside --fast", 2, "stylize", content, "--fast", cli.At("styles.onnx"), "--style", style,
            "--output", cli.At("x.png"));
        Refused("after '=' stand styles", 2, "stylize", content, "--fast", $"{cli.At("styles.onnx")}=waves:-1", "--output",
            cli.At("x.png"));
        Refused("does not exist", 2, "stylize", content, "--fast", cli.At("none.onnx"), "--output", cli.At("x.png"));
        Assert.False(File.Exists(cli.At("x.png")));

        void Refused(string message, int exit, params string[] arguments)
        {
            (int found, _, string said) = cli.Run(arguments);
            Assert.Equal(exit, found);
            Assert.Contains(message, said);
        }
    }
}
