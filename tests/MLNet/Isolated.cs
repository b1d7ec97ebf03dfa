using System.Reflection;
using System.Runtime.Loader;

namespace MLNetStyle.Tests.MLNet;

// Runs a static method where the tests, the library and ML.NET are loaded anew: what is registered for the whole process is as good as in a fresh
// process, and nothing that a test registers there is left behind.
internal static class Isolated
{
    public static T Run<T>(Func<string, T> method, string argument = "")
    {
        Fresh context = new();
        Type type = context.LoadFromAssemblyName(typeof(Isolated).Assembly.GetName()).GetType(method.Method.DeclaringType!.FullName!)!;
        MethodInfo again = type.GetMethod(method.Method.Name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!;
        try
        {
            return (T)again.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [argument], null)!;
        }
        finally
        {
            context.Unload();
        }
    }

    private sealed class Fresh() : AssemblyLoadContext("fresh", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is not { } name
                || !(name is "MLNetStyle.Tests" or "MLNetStyle.Transforms" || name.StartsWith("Microsoft.ML", StringComparison.Ordinal))) return null;
            string file = Path.Combine(AppContext.BaseDirectory, name + ".dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}
