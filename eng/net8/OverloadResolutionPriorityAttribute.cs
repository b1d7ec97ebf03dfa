namespace System.Runtime.CompilerServices;

/// <summary>.NET 9's attribute, which the compiler knows by its name: of two methods that suit a call the one of higher priority is
/// taken.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, Inherited = false)]
internal sealed class OverloadResolutionPriorityAttribute(int priority) : Attribute
{
    public int Priority { get; } = priority;
}
