using System.CommandLine;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>An option of the command line and what it sets in the library's options: its default, its name in messages and its effect
/// follow from here.</summary>
internal sealed class Flag
{
    private static readonly StyleTransferOptions s_defaults = new();
    private static readonly ConditionalWeakTable<Option, Flag> s_flags = [];
    private readonly Action<ParseResult, StyleTransferOptions> _apply;

    /// <summary>Declares a flag.</summary>
    /// <param name="group">The heading that the help text shows it under.</param>
    /// <param name="option">The option.</param>
    /// <param name="properties">The names of the properties that it sets.</param>
    /// <param name="apply">Sets them.</param>
    public Flag(string group, Option option, IReadOnlyList<string> properties, Action<ParseResult, StyleTransferOptions> apply)
    {
        (Group, Option, Properties, _apply) = (group, option, properties, apply);
        s_flags.Add(option, this);
    }

    public string Group { get; }

    public Option Option { get; }

    public IReadOnlyList<string> Properties { get; }

    /// <summary>The flag that an option belongs to; null if it sets no property.</summary>
    public static Flag? Of(Option option) => s_flags.TryGetValue(option, out Flag? flag) ? flag : null;

    public void Apply(ParseResult parsed, StyleTransferOptions options) => _apply(parsed, options);

    /// <summary>Whether it was given, or stands at its default.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Option) is { Implicit: false };

    /// <summary>A number that a property takes as it is.</summary>
    public static Flag Number<T>(string group, string name, Expression<Func<StyleTransferOptions, T>> property, string description,
        string help)
        where T : struct, INumber<T>
    {
        Property<T> target = new(property);
        Option<T> option = Numbers.Only(new Option<T>(name)
        {
            Description = description,
            DefaultValueFactory = _ => target.Get(s_defaults),
            HelpName = help
        });
        return new(group, option, [target.Name], (parsed, options) => target.Set(options, parsed.GetValue(option)!));
    }

    /// <summary>One of an enumeration's members, written in lower case with hyphens.</summary>
    public static Flag Choice<T>(string group, string name, Expression<Func<StyleTransferOptions, T>> property, string description)
        where T : struct, Enum
    {
        Property<T> target = new(property);
        Dictionary<string, T> values = Enum.GetValues<T>().ToDictionary(v => Hyphened(v.ToString()));
        return Choice(group, name, [target.Name], values, values.First(v => v.Value.Equals(target.Get(s_defaults))).Key, target.Set,
            description);
    }

    /// <summary>One of some names.</summary>
    public static Flag Choice<T>(string group, string name, IReadOnlyList<string> properties, IReadOnlyDictionary<string, T> values,
        string normally,
        Action<StyleTransferOptions, T> set, string description)
    {
        Option<string> option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ =>
            normally
        }.AcceptOnlyFromAmong([.. values.Keys]);
        return new(group, option, properties, (parsed, options) => set(options, values[parsed.GetRequiredValue(option)]));
    }

    /// <summary>A switch that is off unless it is given.</summary>
    public static Flag Switch(string group, string name, Expression<Func<StyleTransferOptions, bool>> property, string description)
    {
        Property<bool> target = new(property);
        Option<bool> option = new(name) { Description = description };
        return new(group, option, [target.Name], (parsed, options) => target.Set(options, parsed.GetValue(option)));
    }

    /// <summary>Text that is read into a property's value.</summary>
    public static Flag Text<T>(string group, string name, Expression<Func<StyleTransferOptions, T>> property, Func<string, T> read,
        Func<T, string> write,
        string description, string help)
    {
        Property<T> target = new(property);
        Option<string> option = new(name)
        {
            Description = description,
            DefaultValueFactory = _ => write(target.Get(s_defaults)),
            HelpName = help
        };
        return new(group, option, [target.Name], (parsed, options) => target.Set(options, read(parsed.GetRequiredValue(option))));
    }

    /// <summary>A list, its members parted by commas; the option may be repeated.</summary>
    public static Flag List<T>(string group, string name, Expression<Func<StyleTransferOptions, IReadOnlyList<T>>> property,
        Func<string, T> read,
        string description, string help)
    {
        Property<IReadOnlyList<T>> target = new(property);
        Option<string[]> option = new(name)
        {
            Description = description,
            DefaultValueFactory = _ =>
            [string.Join(',', target.Get(s_defaults))],
            HelpName = help
        };
        return new(group, option, [target.Name], (parsed, options) => target.Set(options,
            [.. parsed.GetRequiredValue(option)
                .Where(t => t.Length > 0)
                .SelectMany(t => Numbers.Members(name, t))
                .Select(read)]));
    }

    private static string Hyphened(string name)
    {
        StringBuilder text = new();
        foreach (char c in name) text.Append(char.IsUpper(c) && text.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(c));
        return text.ToString();
    }

    /// <summary>A property of the options, or of a part of them, read and written.</summary>
    private sealed class Property<T>
    {
        private readonly Func<StyleTransferOptions, T> _get;
        private readonly Func<StyleTransferOptions, object> _owner;
        private readonly PropertyInfo _property;

        public Property(Expression<Func<StyleTransferOptions, T>> path)
        {
            MemberExpression member = (MemberExpression)path.Body;
            _property = (PropertyInfo)member.Member;
            _get = path.Compile();
            _owner = Expression.Lambda<Func<StyleTransferOptions, object>>(Expression.Convert(member.Expression!, typeof(object)),
                path.Parameters).Compile();
        }

        public string Name => _property.Name;

        public T Get(StyleTransferOptions options) => _get(options);

        public void Set(StyleTransferOptions options, T value) => _property.SetValue(_owner(options), value);
    }
}
