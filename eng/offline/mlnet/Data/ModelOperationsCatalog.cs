using System.IO.Compression;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelOperationsCatalog
{
    private const string SchemaEntry = "Schema", ModelEntry = "TransformerChain/Model";
    private readonly IHostEnvironment _environment;

    internal ModelOperationsCatalog(IHostEnvironment environment) => _environment = environment;

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        using FileStream stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        if (inputSchema is not null)
        {
            using BinaryWriter schema = new(zip.CreateEntry(SchemaEntry).Open(), Encoding.UTF8);
            TypeCodec.WriteSchema(schema, inputSchema);
        }

        using MemoryStream payload = new();
        using BinaryWriter writer = new(payload, Encoding.UTF8);
        ModelSaveContext.SaveModel(model, writer);
        using Stream entry = zip.CreateEntry(ModelEntry, CompressionLevel.Fastest).Open();
        payload.WriteTo(entry);
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        using ZipArchive zip = new(stream ?? throw new ArgumentNullException(nameof(stream)), ZipArchiveMode.Read, leaveOpen: true);
        using BinaryReader schema = Open(zip, SchemaEntry);
        inputSchema = schema is null ? null : TypeCodec.ReadSchema(schema);
        using BinaryReader reader = Open(zip, ModelEntry) ?? throw new FormatException("Corrupt model file: it holds no transformer.");
        return new ModelLoadContext(_environment, reader).LoadModel();
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition,
        });

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new() =>
        new(transformer ?? throw new ArgumentNullException(nameof(transformer)), options ?? throw new ArgumentNullException(nameof(options)));

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Read);
        foreach (SchemaDefinition.Column column in definition) column.ColumnType = inputSchema.GetColumnOrNull(column.ColumnName)?.Type ?? column.ColumnType;
        return CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions { InputSchemaDefinition = definition });
    }

    private static BinaryReader Open(ZipArchive zip, string entry)
    {
        if (zip.GetEntry(entry) is not { } found) return null;
        MemoryStream content = new();
        using Stream stream = found.Open();
        stream.CopyTo(content);
        content.Position = 0;
        return new(content, Encoding.UTF8);
    }
}
