using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelSaveContext : IDisposable
{
    private readonly MemoryStream _payload = new();
    private readonly BinaryWriter _writer;
    private string _signature;

    internal ModelSaveContext() => _writer = new(_payload, Encoding.UTF8);
    public void Dispose() => _writer.Dispose();

    // A model writes its signature once and then its payload; whoever saves nothing, or twice, hears of it here.
    internal BinaryWriter Begin(string signature)
    {
        if (_signature is not null) throw new InvalidOperationException("A model has been saved in this context already.");
        _signature = signature;
        return _writer;
    }

    internal static void SaveModel(ICanSaveModel model, BinaryWriter writer)
    {
        using ModelSaveContext context = new();
        model.Save(context);
        if (context._signature is null) throw new InvalidOperationException("ModelSignature not specified!");
        context._writer.Flush();
        writer.Write(context._signature);
        writer.Write(context._payload.Length);
        context._payload.WriteTo(writer.BaseStream);
    }
}

internal sealed class ModelLoadContext(IHostEnvironment environment, BinaryReader reader)
{
    public IHostEnvironment Environment => environment;
    public BinaryReader Reader => reader;

    public ITransformer LoadModel()
    {
        string signature = reader.ReadString();
        long length = reader.ReadInt64();
        if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position) throw new FormatException($"The model '{signature}' is cut off.");
        return Loaders.Find(signature)(this);
    }
}
