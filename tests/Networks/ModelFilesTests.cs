using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Networks;

public sealed class ModelFilesTests
{
    [Fact]
    public void AMissingNetworkSaysWhereToGetItAndWhereToPutIt()
    {
        string message = ModelFiles.Missing("VGG16").Message;
        foreach (string part in (string[])["VGG-16", "vgg16.safetensors", ModelFiles.Variable, "onnx-models", "networks pull vgg16",
            ModelFiles.CacheFolder])
            Assert.Contains(part, message);
    }

    [Fact]
    public void AnUnknownNameListsTheKnownOnes()
    {
        string message = Assert.Throws<FileNotFoundException>(() => Network.Load("no-such-network")).Message;
        foreach (KnownModel model in KnownModel.All) Assert.Contains(model.Name, message);
    }

    [Theory]
    [InlineData("no/such/file.safetensors")]
    [InlineData("missing.safetensors")]
    public void AMissingFileIsNamed(string path) =>
        Assert.Contains($"'{path}'", Assert.Throws<FileNotFoundException>(() => Network.Load(path)).Message);

    [Fact]
    public void AFileIsFoundByItsPath()
    {
        Network network = Network.Load(TinyNetwork.Shared.File);
        Assert.Equal(("tiny", TinyNetwork.Shared.File), (network.Name, network.File));
    }

    [Fact]
    public void FoldersAreInTheirOrder()
    {
        IReadOnlyList<string> folders = ModelFiles.Folders();
        Assert.Equal(ModelFiles.CacheFolder, folders[^1]);
        Assert.Contains(Path.Combine(AppContext.BaseDirectory, "onnx-models"), folders);
        Assert.Equal(folders.Distinct(), folders);
    }

    [Fact]
    public void NothingIsTakenFromWhereAProgramHappensToBeStarted()
    {
        // Nothing but the folders of the variable, the program's own and the user's.
        string[] named = [.. (Environment.GetEnvironmentVariable(ModelFiles.Variable) ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath)];
        Assert.Equal([.. named, Path.Combine(AppContext.BaseDirectory, "onnx-models"), ModelFiles.CacheFolder], ModelFiles.Folders());
    }

    [Fact]
    public void TheManifestIsComplete()
    {
        Assert.Contains(KnownModel.All, m => m.Name == "vgg19" && m.Sha256?.Length == 64);
        foreach (KnownModel model in KnownModel.All)
        {
            Assert.Equal(model.Name.ToLowerInvariant(), model.Name);
            foreach (string text in (string[])[model.Title, model.File, model.Source, model.Licence, model.HowToGet]) Assert.NotEqual("",
                text.Trim());
            string said = ModelFiles.Missing(model.Name).Message;
            Assert.InRange(said[..said.IndexOf(" Looked for ", StringComparison.Ordinal)].Length, 1, 300);
        }
    }
}
