using System.Reflection;

namespace MLNetStyle.Stylization;

/// <summary>What an option is part of, where that is not everything: a saved model, a preset.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionAttribute : Attribute
{
    private static readonly PropertyInfo[] s_preset =
        [.. typeof(StylizationOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.CanWrite && p.GetCustomAttribute<OptionAttribute>() is not { Preset: false })];

    /// <summary>Whether a saved model holds it.</summary>
    public bool Saved { get; init; } = true;

    /// <summary>Whether a preset sets it, to its default if to nothing else.</summary>
    public bool Preset { get; init; } = true;

    /// <summary>Whether a saved model holds a property.</summary>
    public static bool IsSaved(MemberInfo? property) => property?.GetCustomAttribute<OptionAttribute>() is not { Saved: false };

    /// <summary>Sets every option that a preset decides to its default.</summary>
    public static void Reset(StylizationOptions options)
    {
        StylizationOptions defaults = new();
        foreach (PropertyInfo property in s_preset) property.SetValue(options, property.GetValue(defaults));
    }
}
