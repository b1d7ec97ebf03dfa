using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNetStyle.Stylization;

namespace MLNetStyle.Pipeline;

/// <summary>Options as JSON text inside a saved model: enums by name, and nothing that belongs to one machine or one run.</summary>
internal static class OperationJson
{
    private static readonly JsonSerializerOptions Settings = new()
    {
        Converters = { new JsonStringEnumConverter() },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } },
    };

    /// <summary>The newest form of saved options that this version reads; raised when an older one would read them wrongly.</summary>
    private const int Format = 1;

    /// <summary>Options with the number of their form, and the column that messages name.</summary>
    public static string Stamped(string options, string column)
    {
        JsonObject json = JsonNode.Parse(options)!.AsObject();
        (json["format"], json["column"]) = (Format, column);
        return json.ToJsonString(Settings);
    }

    /// <summary>Says what saved options are of.</summary>
    /// <exception cref="InvalidDataException">They are none, or of a form that only a later version reads.</exception>
    public static (string Operation, string Column) Head(string options)
    {
        Heading head = Read<Heading>(options);
        if (head.Format > Format)
            throw new InvalidDataException(
                $"The model has a transform in form {head.Format}; this version of the library reads up to {Format}. Load it with the "
                    + "version that saved it, or a later one.");
        return (head.Operation ?? "", head.Column ?? "Image");
    }

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Settings);

    public static T Read<T>(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Settings)
                ?? throw new InvalidDataException("The options of a saved transform are empty: the model file is damaged.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The options of a saved transform can't be read: {e.Message} The model file is damaged, or a "
                + $"later version wrote it.", e);
        }
    }

    private static void LeaveOut(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(StylizationOptions))) return;
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (!OptionAttribute.IsSaved(type.Properties[i].AttributeProvider as MemberInfo)) type.Properties.RemoveAt(i);
        }
    }

    // A model of an earlier version has no number.
    private sealed record Heading(string? Operation, int Format = 0, string? Column = null);
}
