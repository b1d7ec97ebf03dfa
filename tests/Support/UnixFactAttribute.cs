using Xunit;

namespace MLNetStyle.Tests.Support;

/// <summary>A test that needs signals as Unix has them; skipped on Windows.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no SIGINT to send to another process." : null;
}
