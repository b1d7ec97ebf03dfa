using System.Reflection;

namespace Microsoft.ML.Runtime;

public sealed class ComponentCatalog
{
    private readonly Lock _gate = new();
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Dictionary<(Type, string), Type> _extensions = [];

    internal ComponentCatalog() { }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_gate)
        {
            if (!_assemblies.Add(assembly)) return;
            foreach (Type type in assembly.GetTypes().Where(t => t.IsClass && !t.IsAbstract))
            {
                foreach (ExtensionBaseAttribute attribute in type.GetCustomAttributes<ExtensionBaseAttribute>(false)) Add(attribute, type, throwOnError);
            }
        }
    }

    internal object Create(Type attribute, string contractName)
    {
        lock (_gate)
        {
            return _extensions.TryGetValue((attribute, contractName), out Type type)
                ? Activator.CreateInstance(type)
                : throw new InvalidOperationException($"An extension of type '{attribute}' and contract '{contractName}' is not known. Register the assembly that declares it.");
        }
    }

    private void Add(ExtensionBaseAttribute attribute, Type type, bool throwOnError)
    {
        string problem = type.GetConstructor(Type.EmptyTypes) is null ? $"{type} needs a public constructor without parameters."
            : !_extensions.TryAdd((attribute.GetType(), attribute.ContractName), type) ? $"The contract '{attribute.ContractName}' of {type} is registered already." : null;
        if (problem is not null && throwOnError) throw new InvalidOperationException(problem);
    }
}
