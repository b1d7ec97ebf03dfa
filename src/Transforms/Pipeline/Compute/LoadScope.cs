using Microsoft.ML;

namespace MLNetStyle.Pipeline;

/// <summary>
/// A model that is being loaded, or a row of it that is being computed: ML.NET makes a model's custom mappings on the thread that loads
/// it, and so they find the context and the list that they belong to.
/// </summary>
internal sealed class LoadScope(MLContext context)
{
    [ThreadStatic]
    private static LoadScope? s_current;

    public static LoadScope? Current => s_current;

    public MLContext Context { get; } = context;

    /// <summary>What holds the operations of the model's rows, in the order of the chain.</summary>
    public List<IDisposable> Parts { get; } = [];

    /// <summary>Does work inside a scope.</summary>
    /// <param name="scope">The scope; null for none.</param>
    /// <param name="work">The work.</param>
    public static T Run<T>(LoadScope? scope, Func<T> work)
    {
        LoadScope? outer = s_current;
        s_current = scope;
        try
        {
            return work();
        }
        finally
        {
            s_current = outer;
        }
    }
}
