using MLNetStyle.Imaging;
using MLNetStyle.Tests.Pipeline;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class WholeFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public void AFileAppearsWholeOrNotAtAll()
    {
        string path = _folder.File("a.txt");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => WholeFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            Assert.Equal("old", File.ReadAllText(path));
            string temporary = Assert.Single(Directory.GetFiles(_folder.Path, ".*"));
            Assert.True(WholeFile.IsTemporary(temporary));
            Assert.False(PictureFile.IsPicture(temporary));
            throw new IOException("the disk is full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        WholeFile.Write(path, "new"u8.ToArray());
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [UnixFact]
    public void PermissionsAndLinksAreKept()
    {
        if (OperatingSystem.IsWindows()) return; // the attribute has skipped it there; the compiler doesn't know
        string path = _folder.File("a.txt"), link = _folder.File("link.txt"), dangling = _folder.File("dangling.txt");
        File.WriteAllText(path, "old");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, Mode);
        File.CreateSymbolicLink(link, path);
        File.CreateSymbolicLink(dangling, _folder.File("target.txt"));
        WholeFile.Write(link, "new"u8.ToArray());
        WholeFile.Write(dangling, "more"u8.ToArray());
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(Mode, File.GetUnixFileMode(path));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.NotNull(new FileInfo(dangling).LinkTarget);
        Assert.Equal("more", File.ReadAllText(_folder.File("target.txt")));
    }

    [Fact]
    public void WhatAKilledWriterLeftIsRemovedAndWhatIsBeingWrittenStays()
    {
        string left = _folder.File(".mlnetstyle-0123456789abcdef.tmp"), other = _folder.File(".other.tmp"), path = _folder.File("a.txt");
        File.WriteAllText(left, "half");
        File.WriteAllText(other, "not ours");
        WholeFile.Write(path, stream =>
        {
            stream.Write("whole"u8);
            stream.Flush();
            WholeFile.RemoveLeftovers(_folder.Path);
        });
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(other));
        Assert.Equal("whole", File.ReadAllText(path));
    }

    public static TheoryData<string, bool> Faults
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (WriteStep step in Enum.GetValues<WriteStep>())
                foreach (bool denied in (bool[])[false, true]) all.Add(step.ToString(), denied);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void AnErrorAtAnyStepLeavesTheOldFileOrTheNewOneAndNothingElse(string at, bool denied)
    {
        WriteStep step = Enum.Parse<WriteStep>(at);
        string path = _folder.File("a.bin");
        WholeFile.Write(path, new byte[] { 1, 2, 3 });
        Action<WriteStep, string>? before = WholeFile.Fault;
        WholeFile.Fault = (reached, target) =>
        {
            before?.Invoke(reached, target);
            if (reached == step && target == path)
                throw denied ? new UnauthorizedAccessException("denied") : new IOException("No space left on device");
        };
        try
        {
            Exception e = Assert.ThrowsAny<Exception>(() => WholeFile.Write(path, new byte[] { 4, 5, 6, 7 }));
            Assert.Equal(denied ? typeof(UnauthorizedAccessException) : typeof(IOException), e.GetType());
        }
        finally
        {
            WholeFile.Fault = before;
        }
        Assert.Equal(step == WriteStep.Renamed ? [4, 5, 6, 7] : [1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }

    [Fact]
    public void AMissingFolderIsAnError() => Assert.Throws<DirectoryNotFoundException>(() =>
        WholeFile.Write(_folder.File("none/a.txt"), "x"u8.ToArray()));

    public void Dispose() => _folder.Dispose();
}
