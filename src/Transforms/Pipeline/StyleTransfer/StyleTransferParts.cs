using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Imaging;

namespace MLNetStyle.Pipeline;

/// <summary>What estimators of a style transfer have in common, wherever their style comes from.</summary>
internal sealed class StyleTransferParts
{
    private readonly TransformsCatalog _catalog;

    /// <summary>Checks names and options; the options are copied.</summary>
    public StyleTransferParts(TransformsCatalog catalog, MLContext? context, StyleTransferColumns columns, StyleTransferOptions? options,
        StyleTransferMonitor? monitor, string inputName = "inputColumnName")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        InputColumns.CheckOutput(columns.Output);
        ArgumentException.ThrowIfNullOrEmpty(columns.Input, inputName);
        Options = (StyleTransferOptions)(options ?? new StyleTransferOptions()).Clone();
        Options.Validate();
        Monitor = monitor ?? StyleTransferMonitor.None;
        (_catalog, Context, Columns) = (catalog, context, columns);
    }

    public MLContext? Context { get; }

    /// <summary>The columns; with masks once they are known.</summary>
    public StyleTransferColumns Columns { get; set; }

    public StyleTransferOptions Options { get; }

    public StyleTransferMonitor Monitor { get; }

    /// <summary>Loads the networks, reads the start image and measures the style.</summary>
    /// <param name="options">The options; those of the estimator unless the style has changed them.</param>
    /// <param name="source">The style images; null if each row brings its own.</param>
    /// <param name="known">Their weights and layers, where they are known beforehand.</param>
    public StyleTransferOperation Measure(StyleTransferOptions options, IEnumerable<StyleSourceImage>? source,
        IReadOnlyList<(double Weight, StyleScope? Scope)>? known = null)
    {
        PlanarImage? start = options.StartFile is null ? null
            : PictureReader.Read(options.StartFile, "start image", options.ContentReading).Color;
        return StyleTransferOperation.Create(options, ComputeChoice.Of(options.Compute, Context), source, start, known,
            Monitor.Cancellation);
    }

    /// <summary>The transformer for data of a schema.</summary>
    public StyleTransferTransformer Transformer(IDataView input, StyleTransferOperation operation) =>
        new(_catalog, Context, input.Schema, Columns, Options, Monitor, operation);

    /// <summary>The shape of the schema after transforming, if the input and the other columns are images.</summary>
    public SchemaShape OutputSchema(SchemaShape input, IEnumerable<string> others)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageDataViewType type = InputColumns.Image(input, Columns.Input);
        foreach (string other in others) InputColumns.Image(input, other);
        return ShapeFactory.With(_catalog, input, Columns.Output, StyleTransferOperation.OutputType(type, Options));
    }
}
