using Hangfire;

namespace MLNetStyle.Queues;

/// <summary>
/// The types that a queue may name. Hangfire calls any public method that its tables name; here it is <see cref="ShareJob.Run"/> or
/// nothing.
/// </summary>
internal static class JobTypes
{
    private static readonly Type[] s_known = [typeof(ShareJob), typeof(string), typeof(string[]), typeof(int), typeof(CancellationToken)];

    /// <summary>Lets Hangfire find these types alone.</summary>
    public static void Only() => GlobalConfiguration.Configuration.UseTypeResolver(Find);

    /// <summary>A type by its name.</summary>
    /// <exception cref="TypeLoadException">It is none of them.</exception>
    public static Type Find(string name) => s_known.FirstOrDefault(t =>
        name == t.FullName || name.StartsWith(t.FullName + ",", StringComparison.Ordinal))
        ?? throw new TypeLoadException($"The queue names the type '{name}', which is none of a batch's.");
}
