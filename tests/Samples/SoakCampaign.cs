using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Imaging;
using MLNetStyle.Tests.Support;

namespace MLNetStyle.Tests.Samples;

/// <summary>A batch of thousands of small pictures, and the memory of its process on the way.</summary>
/// <remarks>dotnet MLNetStyle.Tests.dll soak PICTURES.</remarks>
internal static class SoakCampaign
{
    public const string Command = "soak";

    private const int Different = 50;

    public static int Execute(string[] arguments)
    {
        int pictures = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        using TinyNetwork network = new();
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-soak-").FullName;
        try
        {
            string input = Directory.CreateDirectory(Path.Combine(folder, "in")).FullName, output = Path.Combine(folder, "out");
            for (int i = 0; i < Different; i++)
                PictureFile.Save(CommandLineTests.Picture(i + 1, 24 + i % 7, 20 + i % 5), Path.Combine(input, $"{i:D5}.png"));
            for (int i = Different; i < pictures; i++)
                File.Copy(Path.Combine(input, $"{i % Different:D5}.png"), Path.Combine(input, $"{i:D5}.png"));
            PictureFile.Save(CommandLineTests.Picture(2, 30, 30), Path.Combine(folder, "style.png"));
            using Process process = BatchProcess.Start(folder, BatchProcess.Sound, ["batch", "in", "--style", "style.png", "--output-dir", "out",
                "--network", network.File, "--size", "24", "--iterations", "2", "--quiet"]);
            Task<string> errors = process.StandardError.ReadToEndAsync(), said = process.StandardOutput.ReadToEndAsync();
            long early = 0, most = 0;
            int next = 100;
            while (!process.WaitForExit(200))
            {
                int done = Directory.Exists(output) ? Directory.GetFiles(output, "*.png").Count(f => !WholeFile.IsTemporary(f)) : 0;
                if (done < next) continue;
                process.Refresh();
                if (process.HasExited) break;
                long now = process.WorkingSet64;
                if (done <= 500) early = Math.Max(early, now);
                else most = Math.Max(most, now);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} pictures: {now / 1e6:F1} MB"));
                next = done + Math.Max(100, pictures / 50);
            }
            int made = Directory.GetFiles(output, "*.png").Length;
            double ratio = most / (double)Math.Max(early, 1);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made} of {pictures} made, exit code {process.ExitCode}; at most "
                + $"{early / 1e6:F1} MB up to 500, {most / 1e6:F1} MB after ({ratio:F3})"));
            if (process.ExitCode != 0) Console.WriteLine(errors.Result + said.Result);
            return made == pictures && process.ExitCode == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
