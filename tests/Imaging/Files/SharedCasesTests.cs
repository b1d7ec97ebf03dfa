using System.Globalization;
using MLNetStyle.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

/// <summary>The pictures of shared/cases, which lie beside the repository where they are at all.</summary>
public class SharedCasesTests
{
    public static TheoryData<string> Files => [.. Rows().Keys.DefaultIfEmpty("")];

    [CasesTheory]
    [MemberData(nameof(Files))]
    public void EveryCaseIsReadRightOrRefused(string file)
    {
        string[] row = Rows()[file];
        string path = Path.Combine(Folder()!, "pictures", file);
        if (row[2] == "refuse" || file is "large_11000.png" or "cut_two_bytes.jpg") // the last two may be refused
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Assert.Throws<InvalidDataException>(() => PictureReader.Read(path, "content")).Message;
            Assert.Contains(path, message);
            Assert.DoesNotContain("(Parameter", message);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8 << 20, "little memory");
            return;
        }
        Picture picture = PictureReader.Read(path, "content");
        Assert.Equal(row[2], $"{picture.Color.Width}x{picture.Color.Height}");
        double tolerance = double.Parse(row[4], CultureInfo.InvariantCulture);
        foreach (string pixel in row[3].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int[] place = Numbers(pixel.Split('=')[0]), expected = Numbers(pixel.Split('=')[1]);
            int at = (place[1] * picture.Color.Width) + place[0];
            float[] actual = [picture.Color.Plane(0)[at], picture.Color.Plane(1)[at], picture.Color.Plane(2)[at],
                picture.Alpha?[at] ?? 255];
            for (int c = 0; c < expected.Length; c++) Assert.True(Math.Abs(actual[c] - expected[c]) <= tolerance,
                $"{pixel}: {string.Join(',', actual)}");
        }
    }

    internal static string? Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "shared", "cases", "cases.tsv"))) return Path.Combine(at.FullName, "shared", "cases");
        return null;
    }

    private static Dictionary<string, string[]> Rows() => Folder() is { } folder
        ? File.ReadLines(Path.Combine(folder, "cases.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(row => row[0])
        : [];

    private static int[] Numbers(string text) => [.. text.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    private sealed class CasesTheoryAttribute : TheoryAttribute
    {
        public CasesTheoryAttribute() => Skip = Folder() is null ? "shared/cases is not beside the repository." : null;
    }
}
