using System.Reflection;
using System.Runtime.Loader;
using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

public class MissingNativeLibraryTests
{
    [Fact]
    public void TheErrorNamesThePackageToAdd()
    {
        AssemblyLoadContext context = new WithoutNativeLibraries();
        Assembly library = context.LoadFromAssemblyPath(typeof(GraphSession).Assembly.Location);
        Type builder = library.GetType(typeof(GraphBuilder).FullName!)!, session = library.GetType(typeof(GraphSession).FullName!)!;
        object graph = Activator.CreateInstance(builder, "graph")!,
            floats = Enum.ToObject(library.GetType(typeof(ElementType).FullName!)!, ElementType.Float);
        object input = builder.GetMethod(nameof(GraphBuilder.Input))!.Invoke(graph, ["x", floats, new[] { "1" }])!;
        builder.GetMethod(nameof(GraphBuilder.Output))!.Invoke(graph, [input, "y", floats, null]);
        var thrown = Assert.Throws<TargetInvocationException>(() => Activator.CreateInstance(session, graph, null));
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
        Assert.Contains("Add the package Microsoft.ML.OnnxRuntime", thrown.InnerException.Message);
    }

    // The library and ONNX Runtime's binding a second time, on a machine where no native library is found.
    private sealed class WithoutNativeLibraries() : AssemblyLoadContext("no native libraries", isCollectible: false)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll");
            return assemblyName.Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal) && File.Exists(path)
                ? LoadFromAssemblyPath(path) : null;
        }

        protected override nint LoadUnmanagedDll(string unmanagedDllName) => throw new DllNotFoundException($"no {unmanagedDllName}");
    }
}
