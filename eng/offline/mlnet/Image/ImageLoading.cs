using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

public sealed class ImageLoadingEstimator : TrivialEstimator<ImageLoadingTransformer>
{
    private readonly ImageDataViewType _type = new();

    internal ImageLoadingEstimator(ImageLoadingTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column source = inputSchema.Require(Transformer.InputName);
        if (source.ItemType is not TextDataViewType || source.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected String, got {source.TypeString}");
        }

        return inputSchema.With(SchemaShape.Column.Of(Transformer.OutputName, _type));
    }
}

public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "LoadImages";

    public readonly string ImageFolder;

    internal ImageLoadingTransformer(IHostEnvironment environment, string output, string input, string folder) : base(environment) =>
        (OutputName, InputName, ImageFolder) = (output, input, folder);

    internal string OutputName { get; }
    internal string InputName { get; }

    internal static ITransformer Load(ModelLoadContext context)
    {
        BinaryReader reader = context.Reader;
        (string output, string input) = (reader.ReadString(), reader.ReadString());
        return new ImageLoadingTransformer(context.Environment, output, input, reader.ReadBoolean() ? reader.ReadString() : null);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
        writer.Write(ImageFolder is not null);
        if (ImageFolder is not null) writer.Write(ImageFolder);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        if (source.Type is not TextDataViewType)
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{InputName}': expected String, got {source.Type}");
        }

        return new OneColumn(input, new(OutputName, new ImageDataViewType()), [source], row =>
        {
            ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(source);
            ReadOnlyMemory<char> path = default;
            ValueGetter<MLImage> getter = (ref MLImage value) =>
            {
                value?.Dispose();
                value = null;
                get(ref path);
                if (path.Length > 0) value = Read(path.ToString());
            };
            return (getter, null);
        });
    }

    private MLImage Read(string name)
    {
        string path = string.IsNullOrWhiteSpace(ImageFolder) ? name : Path.Combine(ImageFolder, name);
        try
        {
            MLImage image = MLImage.CreateFromFile(path);
            image.Tag = path;
            return image;
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"Image {name} was not found.", e);
        }
    }
}
