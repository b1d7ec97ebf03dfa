using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLNetStyle.Graphs;

/// <summary>Keeps ONNX Runtime from sending anything: from 1.31 on it reports its use unless it is told not to.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
internal static partial class Telemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Sets ORT_DISABLE_TELEMETRY for this process, where its user has not; to be called before ONNX Runtime is loaded.</summary>
    public static void Forbid()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }) return;
        Environment.SetEnvironmentVariable(Variable, "1");
        if (OperatingSystem.IsWindows()) return;
        try
        {
            SetEnv(Variable, "1", 1); // what .NET sets does not reach getenv on Unix
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // No C library of that name: the call to DisableTelemetryEvents is what is left.
        }
    }

    /// <summary>Loads ONNX Runtime with its telemetry off.</summary>
    internal static void TurnOff()
    {
        Forbid();
        try
        {
            OrtEnv.Instance().DisableTelemetryEvents();
        }
        catch (Exception e) when (e.GetBaseException() is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            // There is no library that could send anything; who asks for a session is told what is missing.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
