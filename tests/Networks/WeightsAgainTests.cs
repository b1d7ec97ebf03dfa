using System.Runtime.CompilerServices;
using MLNetStyle.Graphs;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Networks;

/// <summary>Weights of a file are held only while somebody uses them, and read again after that.</summary>
public sealed class WeightsAgainTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
    private readonly string _path;
    private readonly Weight _weight;

    public WeightsAgainTests()
    {
        _path = Path.Combine(_folder, "tiny.safetensors");
        Write(seed: 3);
        _weight = Network.Load(_path).Upto(["relu2_1"]).Select(l => l.Weight).First(w => w is not null)!;
    }

    [Fact]
    public void WhileSomebodyHoldsThemTheyAreOneArray()
    {
        float[] held = _weight.Values;
        Collect();
        Assert.Same(held, _weight.Values);
        GC.KeepAlive(held);
    }

    [Fact]
    public void NobodyHoldingThemTheyAreLetGoAndReadAgain()
    {
        (WeakReference before, float[] copy) = Seen();
        Collect();
        Assert.False(before.IsAlive);
        Assert.Equal(copy, _weight.Values);
    }

    [Fact]
    public void AFileThatWasReplacedByOneOfTheSameLengthIsRefused()
    {
        Seen();
        Collect();
        Write(seed: 4);
        File.SetLastWriteTimeUtc(_path, DateTime.UtcNow.AddSeconds(5));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => _weight.Values);
        Assert.Contains("tiny.safetensors", e.Message);
        Assert.Contains("Load the network again", e.Message);
    }

    [Fact]
    public void AFileThatIsGoneIsNamed()
    {
        Seen();
        Collect();
        File.Move(_path, _path + ".away");
        FileNotFoundException e = Assert.Throws<FileNotFoundException>(() => _weight.Values);
        Assert.Contains("tiny.safetensors", e.Message);
        Assert.Contains("Put the file back", e.Message);
        File.Move(_path + ".away", _path);
        Assert.NotEmpty(_weight.Values);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Array, float[] Copy) Seen() => (new WeakReference(_weight.Values), [.. _weight.Values]);

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);

    private void Write(int seed) => SafetensorsWriter.Write(_path, TinyNetwork.Tensors(seed, 4, 8, 8, 8, 8), TinyNetwork.Metadata);
}
