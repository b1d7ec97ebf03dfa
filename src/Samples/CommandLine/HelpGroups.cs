using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Help that shows a command's options under headings, common ones first.</summary>
internal sealed class HelpGroups(HelpAction plain) : SynchronousCommandLineAction
{
    public const string Files = "Files", Picture = "Picture", Style = "Style", Regions = "Regions", Quality = "Quality", Colour = "Colour",
        Machine = "Machine";

    private const string Other = "Other";
    private const int Indent = 2, LeastWidth = 40, MostWidth = 120;
    private static readonly string[] s_order = [Files, Picture, Style, Regions, Colour, Quality, Machine, Other];
    private static readonly ConditionalWeakTable<Option, string> s_groups = [];

    /// <summary>Puts an option under a heading.</summary>
    public static T Put<T>(T option, string group)
        where T : Option
    {
        s_groups.AddOrUpdate(option, group);
        return option;
    }

    /// <summary>Gives a root command's help this form.</summary>
    public static void Install(RootCommand root)
    {
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            if (help.Action is HelpAction plain) help.Action = new HelpGroups(plain);
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        bool grouped = command is not RootCommand && command.Options.Any(o => s_groups.TryGetValue(o, out _));
        int code = grouped ? Write(command, parseResult.InvocationConfiguration.Output) : plain.Invoke(parseResult);
        if (command is TeachingCommand teaching) parseResult.InvocationConfiguration.Output.WriteLine(teaching.Examples
            + Environment.NewLine);
        return code;
    }

    private static int Write(Command command, TextWriter output)
    {
        int width = Math.Clamp(Console.IsOutputRedirected ? 100 : Console.WindowWidth, LeastWidth, MostWidth);
        StringBuilder text = new();
        text.AppendLine("Description:").AppendLine(Wrapped(command.Description ?? "", Indent, width)).AppendLine();
        text.AppendLine("Usage:").AppendLine($"  mlnetstyle {command.Name} "
            + $"{string.Concat(command.Arguments.Select(a => $"<{a.HelpName ?? a.Name}> "))}[options]").AppendLine();
        if (command.Arguments.Count > 0)
        {
            text.AppendLine("Arguments:");
            foreach (Argument argument in command.Arguments) Row(text, $"<{argument.HelpName ?? argument.Name}>", argument.Description
                ?? "", width);
            text.AppendLine();
        }
        foreach (string group in s_order)
        {
            Option[] options = [.. command.Options.Concat(Inherited(command)).Where(o => !o.Hidden && GroupOf(o) == group)];
            if (options.Length == 0) continue;
            text.AppendLine($"{group}:");
            foreach (Option option in options) Row(text, Signature(option), Description(option), width);
            text.AppendLine();
        }
        output.Write(text);
        return 0;
    }

    private static IEnumerable<Option> Inherited(Command command) =>
        command.Parents.OfType<Command>().SelectMany(p => p.Options).Where(o => o.Recursive && o is not HelpOption);

    private static string GroupOf(Option option) => option is HelpOption ? Other : s_groups.TryGetValue(option, out string? own) ? own
        : Files;

    private static string Signature(Option option)
    {
        string names = string.Join(", ",
            option.Aliases.Where(a => a.Length < option.Name.Length && !a.StartsWith('/')).Append(option.Name));
        bool values = option is not HelpOption && option.ValueType != typeof(bool) && option.ValueType != typeof(void);
        string value = option.HelpName ?? string.Join('|', option.CompletionSources.Count > 0 && values ? Choices(option) : []);
        return value.Length == 0 || !values ? names : $"{names} <{value}>";
    }

    private static IEnumerable<string> Choices(Option option)
    {
        try
        {
            return option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(c => c.Label);
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    private static string Description(Option option)
    {
        string description = option.Description ?? "";
        if (!option.HasDefaultValue || option is HelpOption || option.ValueType == typeof(bool)) return description;
        string value = option.GetDefaultValue() switch
        {
            string[] many => string.Join(' ', many),
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            object other => other.ToString() ?? "",
            null => "",
        };
        return value.Length == 0 ? description : $"{description} [default: {value}]";
    }

    private static void Row(StringBuilder text, string left, string right, int width)
    {
        const int Column = 30;
        if (left.Length + Indent >= Column || width < 60)
            text.AppendLine($"  {left}").AppendLine(Wrapped(right, width < 60 ? 6 : Column, width));
        else
            text.AppendLine($"  {left.PadRight(Column - Indent)}{Wrapped(right, Column, width).TrimStart()}");
    }

    private static string Wrapped(string text, int indent, int width)
    {
        List<string> lines = [];
        foreach (string paragraph in text.Split('\n'))
        {
            StringBuilder line = new();
            foreach (string word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length > 0 && indent + line.Length + 1 + word.Length > width)
                {
                    lines.Add(line.ToString());
                    line.Clear();
                }
                line.Append(line.Length > 0 ? " " : "").Append(word);
            }
            lines.Add(line.ToString());
        }
        return string.Join(Environment.NewLine, lines.Select(l => new string(' ', indent) + l));
    }
}
