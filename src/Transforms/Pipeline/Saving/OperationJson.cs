using System.Reflection;
using System.Text.Json;
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
}
