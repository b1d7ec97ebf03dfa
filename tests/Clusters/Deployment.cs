using System.Runtime.CompilerServices;

namespace MLNetStyle.Tests.Clusters;

/// <summary>The files of deploy/.</summary>
internal static class Deployment
{
    /// <summary>One of them.</summary>
    public static string At(string file) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../deploy", file));

    private static string Here([CallerFilePath] string path = "") => path;
}
