using System.Runtime.InteropServices;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Networks;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Networks;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("F32", 0)]
    [InlineData("F16", 1.0 / 2048)]
    [InlineData("BF16", 1.0 / 128)]
    public void ValuesComeBack(string type, double precision) =>
        Prop.ForAll((from n in Gen.Choose(1, 70_000) from seed in Gen.Choose(0, 1 << 30) select (n, seed)).ToArbitrary(), sample =>
        {
            Random random = new(sample.seed);
            float[] first = [.. Enumerable.Range(0, sample.n).Select(_ => (float)(random.NextDouble() * 200 - 100))],
                second = [1, -2, 0.5f, 4, 8, -16];
            SafetensorsWriter.Write(_path,
                new Dictionary<string, (float[], long[])> { ["a"] = (first, [sample.n]), ["b"] = (second, [2, 3]) },
                new Dictionary<string, string> { ["key"] = "value" }, type);
            SafetensorsFile file = Open();
            Assert.Equal([2L, 3L], file.Shapes["b"]);
            Assert.Equal("value", file.Metadata["key"]);
            Assert.Equal(second, file.Read("b"));
            float[] read = file.Read("a");
            Assert.Equal(first.Length, read.Length);
            for (int i = 0; i < first.Length; i++) Assert.True(Math.Abs(read[i] - first[i]) <= precision * Math.Abs(first[i])
                + (precision > 0 ? 1e-4 : 0));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Theory]
    [InlineData("no JSON at all", "not JSON")]
    [InlineData("[1,2,3]", "no JSON object")]
    [InlineData("""{"a":5}""", "entry 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "entry 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "entry 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9999]}}""", "claims the bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "claims the bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "larger than the file")]
    public void ABrokenHeaderIsRefused(string header, string message)
    {
        SafetensorsWriter.Write(_path, System.Text.Encoding.UTF8.GetBytes(header), new byte[8]);
        InvalidDataException e = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains(message, e.Message);
        Assert.Contains(_path, e.Message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "within the one before")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes follow")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "two entries")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "no Unicode")]
    public void ABytesOwnerIsOneTensor(string header, string message) => ABrokenHeaderIsRefused(header, message);

    [Fact]
    public void AHeaderThatIsNoUtf8IsRefused()
    {
        byte[] header = System.Text.Encoding.UTF8.GetBytes("""{"a?":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        header[3] = 0xff;
        SafetensorsWriter.Write(_path, header, new byte[8]);
        Assert.Contains("UTF-8", Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(3UL)]
    [InlineData(0UL)]
    public void AHeaderLongerThanTheFileIsRefused(ulong length)
    {
        SafetensorsWriter.Write(_path, "{}"u8, [], length);
        Assert.Throws<InvalidDataException>(Open);
    }

    [Fact]
    public void AShortFileIsRefused()
    {
        File.WriteAllBytes(_path, [1, 2, 3]);
        Assert.Contains("3 bytes", Assert.Throws<InvalidDataException>(Open).Message);
    }

    [Theory]
    [InlineData("I64", "[1]", "type I64")]
    [InlineData("F32", "[1]", "8 bytes")]
    public void ATensorOfAnotherTypeOrLengthIsRefused(string type, string shape, string message)
    {
        SafetensorsWriter.Write(_path, System.Text.Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":[0,8]}}"""), new byte[8]);
        SafetensorsFile file = Open();
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => file.Read("a")).Message);
        Assert.Contains("'b'", Assert.Throws<InvalidDataException>(() => file.Read("b")).Message);
    }

    [Fact]
    public void EightBitsTakeTheStepOfTheirRow()
    {
        // Rows longer than what is read at once, and codes at both ends.
        const int Row = 70_001;
        sbyte[] codes = [.. Enumerable.Range(0, 2 * Row).Select(i => (sbyte)(i * 7 % 256 - 128))];
        float[] scale = [0.25f, 0.1f], minimum = [-3, 1e-3f];
        Write(codes, [2, Row], scale, null);
        float[] steps = Open().Read("a");
        Write(codes, [2, Row], scale, minimum);
        float[] raised = Open().Read("a");
        for (int i = 0; i < codes.Length; i++)
        {
            float product = (codes[i] + 128) * scale[i / Row];
            Assert.Equal(codes[i] * scale[i / Row], steps[i]);
            Assert.Equal(product + minimum[i / Row], raised[i]);
        }
    }

    [Theory]
    [InlineData(null, "'a.scale' is missing, F32 of shape [2]")]
    [InlineData("1", "[1]; expected is F32 of shape [2]")]
    [InlineData("1,2,3", "[3]; expected is F32 of shape [2]")]
    [InlineData("1,0", "0 at 1; every step must be positive")]
    [InlineData("NaN,1", "NaN at 0; every step must be positive")]
    [InlineData("1,-Infinity", "every step must be positive")]
    public void EightBitsWithoutSoundStepsAreRefused(string? scale, string message)
    {
        Write(new sbyte[6], [2, 3], scale?.Split(',').Select(float.Parse).ToArray(), null);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Open().Read("a")).Message);
    }

    [Fact]
    public void EightBitsWithAnotherNumberOfMinimumsAreRefused()
    {
        Write(new sbyte[6], [2, 3], [1, 1], [0]);
        Assert.Contains("'a.minimum'", Assert.Throws<InvalidDataException>(() => Open().Read("a")).Message);
        Write([1], [], [1], null);
        Assert.Contains("no dimension", Assert.Throws<InvalidDataException>(() => Open().Read("a")).Message);
    }

    [Fact]
    public void AFileThatHasChangedIsRefused()
    {
        SafetensorsWriter.Write(_path, new Dictionary<string, (float[], long[])> { ["a"] = ([1, 2], [2]) });
        SafetensorsFile file = Open();
        File.AppendAllText(_path, "more");
        Assert.Contains("changed", Assert.Throws<InvalidDataException>(() => file.Read("a")).Message);
    }

    private void Write(sbyte[] codes, long[] shape, float[]? scale, float[]? minimum)
    {
        List<byte> data = [];
        Dictionary<string, object> header = [];
        Add("a", "I8", shape, MemoryMarshal.AsBytes(codes.AsSpan()));
        if (scale is not null) Add("a.scale", "F32", [scale.Length], MemoryMarshal.AsBytes(scale.AsSpan()));
        if (minimum is not null) Add("a.minimum", "F32", [minimum.Length], MemoryMarshal.AsBytes(minimum.AsSpan()));
        SafetensorsWriter.Write(_path, JsonSerializer.SerializeToUtf8Bytes(header), data.ToArray());

        void Add(string name, string type, long[] dimensions, ReadOnlySpan<byte> bytes)
        {
            header[name] = new { dtype = type, shape = dimensions, data_offsets = new[] { data.Count, data.Count + bytes.Length } };
            data.AddRange(bytes);
        }
    }

    private SafetensorsFile Open() => new(_path, () => File.OpenRead(_path));
}
