using System.Reflection;

namespace MLNetStyle.Pipeline;

/// <summary>Registers an operation that saved models may hold, beside the operation itself, as ML.NET's own components register
/// theirs.</summary>
/// <param name="kind">The name that a saved model knows it by.</param>
/// <param name="type">The operation; it has a static method <c>Read(SavedState)</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class SavedOperationAttribute(string kind, Type type) : Attribute
{
    private static readonly Lazy<Dictionary<string, Func<SavedState, Operation>>> s_readers = new(() =>
        typeof(SavedOperationAttribute).Assembly.GetCustomAttributes<SavedOperationAttribute>().ToDictionary(a => a.Kind, a => a.Reader()));

    public string Kind { get; } = kind;

    public Type Type { get; } = type;

    /// <summary>Makes a saved operation again.</summary>
    /// <exception cref="InvalidDataException">No operation of this version has that name, or a later version saved it.</exception>
    public static Operation Read(SavedState state)
    {
        (string kind, string column) = OperationJson.Head(state.Options);
        if (s_readers.Value.TryGetValue(kind, out Func<SavedState, Operation>? read))
        {
            Operation operation = read(state);
            operation.Column = column;
            return operation;
        }
        throw new InvalidDataException(
            $"The model has an operation '{kind}' that this version does not know. Load it with the version that saved it, or a later "
                + $"one.");
    }

    private Func<SavedState, Operation> Reader() =>
        Type.GetMethod(nameof(Read), BindingFlags.Static | BindingFlags.Public,
            [typeof(SavedState)])!.CreateDelegate<Func<SavedState, Operation>>();
}
