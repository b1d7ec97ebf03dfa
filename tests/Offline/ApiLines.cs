using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNetStyle.Tests.Offline;

// The public API of an assembly, one member a line, in the form of Data/mlnet/public-api-5.0.0.txt.
internal static class ApiLines
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(Of);

    private static IEnumerable<string> Of(Type type)
    {
        yield return $"T {type.Assembly.GetName().Name} | {Name(type)} | {Kind(type)}{Bases(type)}";
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            yield return $"M {Name(type)} | {Signature(type.GetMethod("Invoke")!)}";
            yield break;
        }

        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            string? line = member switch
            {
                FieldInfo field when Seen(field) && !field.IsSpecialName => $"F {Name(type)} | {Text(field)}",
                ConstructorInfo c when Seen(c) && !c.IsStatic && !IsImplied(c) => $"C {Name(type)} | {Access(c)}{Parameters(c)}",
                MethodInfo method when Seen(method) && !method.IsSpecialName => $"M {Name(type)} | {Signature(method)}",
                PropertyInfo property when Accessors(property).Any() => $"P {Name(type)} | {Text(property)}",
                EventInfo e when Seen(e.AddMethod!) => $"E {Name(type)} | {Name(e.EventHandlerType!)} {e.Name}",
                _ => null,
            };
            if (line is not null) yield return line;
        }
    }

    private static bool Seen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool Seen(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    // A struct has no constructor without parameters of its own.
    private static bool IsImplied(ConstructorInfo constructor) => constructor.DeclaringType!.IsValueType && constructor.GetParameters().Length == 0;

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class" : "class";

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.IsSubclassOf(typeof(Delegate))) return "";
        IEnumerable<string> bases = type.GetInterfaces().Where(i => i.IsVisible).Select(Name).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)) bases = bases.Prepend(Name(parent));
        string text = string.Join(", ", bases);
        return text.Length > 0 ? $" : {text}" : "";
    }

    private static string Text(FieldInfo field) =>
        field.DeclaringType!.IsEnum ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
        : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}";

    private static string Text(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. Accessors(property)];
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(p => $"{Name(p.ParameterType)} {p.Name}"))}]";
        string kept = string.Concat(accessors.Select(a => a == property.GetMethod ? "get; " : "set; "));
        return $"{Modifiers(accessors[0])}{Name(property.PropertyType)} {name} {{ {kept}}}";
    }

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) =>
        new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(Seen);

    private static string Signature(MethodInfo method)
    {
        string generics = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        bool isInvoke = method.DeclaringType!.IsSubclassOf(typeof(Delegate));
        return $"{(isInvoke ? "" : Access(method) + Modifiers(method))}{Name(method.ReturnType)} {method.Name}{generics}{Parameters(method)}";
    }

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? "static "
        : method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
        : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override " : "virtual ";

    private static string Parameters(MethodBase method)
    {
        bool extends = method.IsDefined(typeof(ExtensionAttribute));
        return $"({string.Join(", ", method.GetParameters().Select((p, i) => (extends && i == 0 ? "this " : "") + Text(p)))})";
    }

    private static string Text(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string passed = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : type.IsByRef ? "ref " : "";
        return $"{passed}{Name(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => "null",
        bool value => value ? "true" : "false",
        object value when parameter.ParameterType.IsEnum => Enum.GetName(parameter.ParameterType, value)!,
        object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } value) return $"{Name(value)}?";

        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        Type[] arguments = type.GetGenericArguments();
        string own = type.Name.Split('`')[0];
        if (arguments.Length > inherited) own += $"<{string.Join(", ", arguments.Skip(inherited).Select(Name))}>";
        if (type.DeclaringType is not { } outer) return $"{type.Namespace}.{own}";
        return $"{Name(inherited > 0 ? outer.MakeGenericType(arguments[..inherited]) : outer)}.{own}";
    }
}
