using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Numbers as options take them: decimals with a point, no marks between thousands, whatever the system's language.</summary>
internal static class Numbers
{
    /// <summary>Lets an option take nothing but such a number.</summary>
    public static Option<T> Only<T>(Option<T> option)
        where T : struct, INumber<T>
    {
        bool whole = typeof(T) != typeof(double) && typeof(T) != typeof(float);
        option.CustomParser = result =>
        {
            if (result.Tokens is not [.., var token]) return default;
            if (T.TryParse(token.Value, whole ? NumberStyles.Integer : NumberStyles.Float, CultureInfo.InvariantCulture,
                out T value)) return value;
            result.AddError(HasDecimalComma(token.Value)
                ? $"{option.Name} is '{token.Value}'; {(whole ? "it takes a whole number, without commas" : PointInstead)}."
                : $"{option.Name} is '{token.Value}', which is no {(whole ? "whole number" : "number")}{(whole ? $" from {T.CreateSaturating(long.MinValue)} to {T.CreateSaturating(long.MaxValue)}" : "")}.");
            return default;
        };
        return option;
    }

    /// <summary>The members of a list that commas part.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="text">The list.</param>
    /// <exception cref="FormatException">A comma is part of a number.</exception>
    public static IEnumerable<string> Members(string option, string text)
    {
        string[] members = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (int i = 1; i < members.Length; i++)
            if (char.IsAsciiDigit(members[i][0]) && char.IsAsciiDigit(members[i - 1][^1]) && members[i - 1].Contains(':'))
                throw new FormatException($"{option} has '{members[i - 1]},{members[i]}'; {PointInstead}. Commas part the list.");
        return members;
    }

    private const string PointInstead = "decimals are written with a point, as in 0.5";

    /// <summary>What is said of a weight that is no number.</summary>
    public static string Advice(string weight) => HasDecimalComma(weight) ? " Decimals are written with a point, as in 0.5." : "";

    private static bool HasDecimalComma(string text) => text.Contains(',')
        && text.All(c => char.IsAsciiDigit(c) || c is ',' or '.' or '-' or '+' or 'e' or 'E');
}
