using System.Diagnostics;
using Xunit;

namespace MLNetStyle.Tests.Support;

/// <summary>The files of tests/Data/networks, which tests/Networks/Files/make_network_files.py wrote.</summary>
internal static class NetworkFiles
{
    /// <summary>The folder.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "networks");

    /// <summary>A file of it.</summary>
    public static string At(string name) => Path.Combine(Folder, name);

    /// <summary>The same picture for everybody: 0..255, planes.</summary>
    public static float[] Picture(int width, int height)
    {
        float[] planes = new float[3 * width * height];
        for (int i = 0; i < planes.Length; i++)
        {
            int c = i / (width * height), y = i / width % height, x = i % width;
            planes[i] = (float)(128 + 90 * Math.Sin(0.31 * (c + 1) * x + 0.23 * y) + 30 * Math.Cos(0.7 * y * (c + 1)));
        }
        return planes;
    }

    /// <summary>The largest difference between two networks' maps of a layer, by the largest value of the first.</summary>
    public static double Difference(Network expected, Network found, string layer, int width, int height)
    {
        float[] a = LossRunner.Features(expected, layer, Picture(width, height), width, height).Values.ToArray();
        float[] b = LossRunner.Features(found, layer, Picture(width, height), width, height).Values.ToArray();
        Assert.Equal(a.Length, b.Length);
        float most = a.Max(v => Math.Abs(v));
        Assert.True(most > 0 && float.IsFinite(most), $"{layer} is nothing but zeros");
        return a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max() / most;
    }
}

/// <summary>A test that writes the real VGG-19 with Debian's Python tools; skipped, by name, where file or tools are not there.</summary>
public sealed class NeedsNetworkToolsTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> s_missing = new(Missing);

    public NeedsNetworkToolsTheoryAttribute() => Skip = Vgg19.FloatMissing ?? s_missing.Value;

    private static string? Missing()
    {
        try
        {
            ProcessStartInfo start = new("/usr/bin/python3", ["-c", "import torch, h5py, scipy.io, onnx"]) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "Debian's python3-torch, python3-h5py, python3-scipy and python3-onnx are not there.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "There is no /usr/bin/python3.";
        }
    }
}
