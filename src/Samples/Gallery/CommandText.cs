namespace MLNetStyle.Samples.Gallery;

internal static class CommandText
{
    /// <summary>Arguments as one would type them in a shell, after the program's name.</summary>
    public static string Of(IReadOnlyList<string> arguments) => $"./mlnetstyle {string.Join(' ', arguments.Select(Quoted))}";

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c)
            || c is '-' or '_' or '.' or ',' or '/' or '\\' or '=' or ':' or '+') ? argument : $"'{argument.Replace("'", "'\\''")}'";
}
