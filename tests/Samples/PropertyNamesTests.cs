using System.CommandLine;
using MLNetStyle.Samples.CommandLine;
using Xunit;

namespace MLNetStyle.Tests.Samples;

public class PropertyNamesTests
{
    private static readonly Command s_command = new("test")
    {
        Flag.Text(HelpGroups.Quality, "--network", o => o.Network, v => v, v => v, "", "NAME").Option,
        Flag.Number(HelpGroups.Quality, "--tv-weight", o => o.TvWeight, "", "X").Option,
        new Flag(HelpGroups.Picture, new Option<string>("--init"), [nameof(StylizationOptions.Start)], (_, _) => { }).Option,
    };

    [Theory]
    [InlineData("TvWeight is -1; allowed is 0 or more.", "--tv-weight is -1; allowed is 0 or more.")]
    [InlineData("Start can't be Image without StartFile.", "--init can't be Image without StartFile.")]
    [InlineData("Network names no file. (Parameter 'options')", "--network names no file.")]
    [InlineData("The network '/home/me/My Network drive/a.onnx' can't be read.", "The network '/home/me/My Network drive/a.onnx' can't be read.")]
    [InlineData("The network '/home/o'neil/My Network drive/a.onnx' can't be read; Network is 'a'.", "The network '/home/o'neil/My Network drive/a.onnx' can't be read; --network is 'a'.")]
    [InlineData(@"The picture 'C:\Photos\Network\a.jpg' does not exist.", @"The picture 'C:\Photos\Network\a.jpg' does not exist.")]
    [InlineData(@"Could not open C:\Photos\Network\a.jpg.", @"Could not open C:\Photos\Network\a.jpg.")]
    [InlineData("Could not open /photos/Network/a.jpg or Network.onnx.", "Could not open /photos/Network/a.jpg or Network.onnx.")]
    [InlineData("Size is 8: the command has no such option.", "Size is 8: the command has no such option.")]
    public void PropertiesBecomeOptionsAndFilesStayAsTheyAre(string message, string expected) =>
        Assert.Equal(expected, PropertyNames.AsOptions(message, s_command));
}
