using MLNetStyle.Fuzz;
using MLNetStyle.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Networks;

/// <summary>Damaged files of every format: read, or refused by one exception type, and never more memory than the file can account
/// for.</summary>
public sealed class BrokenNetworkFileTests(ITestOutputHelper output)
{
    private const int Mutations = 250;

    public static TheoryData<string> Files =>
    [
        "vgg19-zip.pth", "vgg19-legacy.pth", "vgg19-wrapped.pth", "vgg19-notop.h5", "vgg19-gzip.h5", "vgg19.mat", "vgg19-plain.mat",
        "vgg19.npz", "vgg19-compressed.npz", "vgg19.onnx", "vgg19-bytes.safetensors", "shufflenet.onnx", "inception-v1.onnx",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void AMutatedFileIsReadOrRefused(string file)
    {
        byte[] whole = File.ReadAllBytes(NetworkFiles.At(file));
        Random random = new(21);
        int refused = 0;
        long most = 0;
        for (int n = 0; n < Mutations; n++)
        {
            byte[] bytes = Mutator.Mutate(whole, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(file, bytes);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(file, e.Message);
                refused++;
            }
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        output.WriteLine($"{file}: {Mutations} mutations, {refused} refused, {Mutations - refused} read, at most {most / 1e6:0.0} MB each");
        Assert.InRange(refused, 1, Mutations);
        // PureHDF takes a length of 32 bits inside the structure at its word; decision 11 says so.
        long limit = file.EndsWith(".h5", StringComparison.Ordinal) ? 1L << 30 : 64L << 20;
        Assert.True(most < limit, $"{most} bytes were allocated for a file of {whole.Length}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AFileThatIsCutShortIsRefused(string file)
    {
        byte[] whole = File.ReadAllBytes(NetworkFiles.At(file));
        for (int i = 1; i <= 12; i++)
        {
            byte[] bytes = whole[..(whole.Length * i / 13)];
            Assert.Contains(file, Assert.ThrowsAny<InvalidDataException>(() => ReadAll(file, bytes)).Message);
        }
    }

    [Theory]
    [InlineData("an.exe", new byte[] { 0x4d, 0x5a, 0x90 })]
    [InlineData("empty.pth", new byte[0])]
    [InlineData("page.pth", new byte[] { (byte)'<', (byte)'h', (byte)'t', (byte)'m', (byte)'l', (byte)'>' })]
    [InlineData("zip.npz", new byte[] { (byte)'P', (byte)'K', 3, 4, 0, 0 })]
    public void WhatIsNoNetworkIsRefused(string file, byte[] bytes) =>
        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => ReadAll(file, bytes)).Message);

    [Fact]
    public void APickleThatWouldRunSomethingRunsNothing()
    {
        // cposix\nsystem\n(X\x02\x00\x00\x00id tR. : a call, which stays a record, and no tensor.
        byte[] pickle = [0x80, 2, .. "cposix\nsystem\n(X"u8, 2, 0, 0, 0, .. "idtR."u8];
        using MemoryStream zip = new();
        using (System.IO.Compression.ZipArchive archive = new(zip, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = archive.CreateEntry("archive/data.pkl").Open()) entry.Write(pickle);
        Assert.Contains("no VGG", Assert.Throws<InvalidDataException>(() => ReadAll("call.pth", zip.ToArray())).Message);
    }

    [Fact]
    public void AnOpcodeThatStateDictsDoNotHaveIsNamed()
    {
        byte[] pickle = [0x80, 2, (byte)'i', .. "os\nsystem\n."u8];
        using MemoryStream zip = new();
        using (System.IO.Compression.ZipArchive archive = new(zip, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = archive.CreateEntry("archive/data.pkl").Open()) entry.Write(pickle);
        string message = Assert.Throws<InvalidDataException>(() => ReadAll("opcode.pth", zip.ToArray())).Message;
        foreach (string part in (string[])["opcode.pth", "PyTorch", "data.pkl, byte 2", "0x69"]) Assert.Contains(part, message);
    }

    private static void ReadAll(string file, byte[] bytes)
    {
        Network network = Network.Open("broken", file, null, Pooling.Max, () => new MemoryStream(bytes, writable: false));
        if (network.IsGraph) return;
        foreach (MLNetStyle.Networks.NetworkLayer layer in network.Upto([network.Layers[^1]])) _ = (layer.Weight?.Values,
            layer.Bias?.Values);
    }
}
