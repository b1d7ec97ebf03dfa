using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>A folder of picture files that is removed at the end.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;

    public string Add(string name, int seed, int width = TestRows.Width, int height = TestRows.Height, bool transparent = false)
    {
        string path = File(name);
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32,
            TestRows.Pixels(seed, width, height, transparent));
        image.Save(path);
        return path;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public IDataView Rows(MLContext ml, params string[] names) =>
        ml.Data.LoadFromEnumerable(names.Select(name => new TestRows.PathRow { Path = name }).ToList());

    public void Dispose() => Directory.Delete(Path, true);
}
