using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>
/// Builds the chain of ML.NET's own transformers that a saved model consists of: the inputs brought under fixed names, the
/// state looked up under a constant key, a custom mapping whose factory does the work, the result under its name, and all
/// that was in between dropped.
/// </summary>
internal sealed class SavedChain(TransformsCatalog catalog, DataViewSchema schema)
{
    private readonly List<ITransformer> _parts = [];
    private readonly SortedSet<string> _scratch = new(StringComparer.Ordinal);
    private IDataView _rows = new EmptyView(schema);

    /// <summary>Brings an image column under a fixed name, without its size if its type has one.</summary>
    /// <param name="target">The fixed name.</param>
    /// <param name="column">The column.</param>
    /// <param name="path">The text column that names its rows in messages, where one was asked for.</param>
    public void Image(string target, string column, string? path = null)
    {
        ImageColumns.Register();
        ImageDataViewType type = (ImageDataViewType)InputColumns.Image(_rows.Schema, column).Type;
        if (type.Width > 0 && type.Height > 0)
        {
            Add(SizedImages.Estimator(catalog, Scratch(SavedColumns.Sized), type, column)); // another size would be read as noise
            Add(PixelLayout.Extract(catalog, Scratch(SavedColumns.Bytes), SavedColumns.Sized));
            Lookup(SavedColumns.Layout, PixelLayout.Probe(catalog, type.Width, type.Height).ToArray());
            Add(catalog.CustomMapping<ImageBytes, UnsizedImage>(UnsizeFactory.Map, UnsizeFactory.Contract));
            column = Scratch(SavedColumns.Unsized);
        }
        Add(catalog.CopyColumns(Scratch(target), column));
        if (path is null) return;
        Text(path);
        if (target != SavedColumns.Image) return;
        Map(new TagFactory(), TagFactory.Contract);
        Add(catalog.CopyColumns(target, Scratch(SavedColumns.Unsized)));
    }

    /// <summary>Collects image columns in one vector; see <see cref="MaskBundle"/>.</summary>
    public void Masks(IEnumerable<string> columns)
    {
        Lookup(SavedColumns.Masks, MaskBundle.Empty);
        foreach (string column in columns)
        {
            Image(SavedColumns.Mask, column);
            Map(new MaskFactory(), MaskFactory.Contract);
            Add(catalog.CopyColumns(SavedColumns.Masks, Scratch(SavedColumns.MoreMasks)));
        }
    }

    public void Text(string column) => Add(catalog.CopyColumns(Scratch(SavedColumns.Path), column));

    public void Vector(string column) => Add(catalog.CopyColumns(Scratch(SavedColumns.Vector), column));

    /// <param name="state">The operation's state.</param>
    /// <param name="column">The column that messages name.</param>
    public void State(SavedState state, string column)
    {
        // A vector in a lookup table needs a length.
        Lookup(SavedColumns.State, state.Values.Length == 0 ? [0] : state.Values);
        Key();
        Dictionary<int, ReadOnlyMemory<char>> text = new() { [1] = OperationJson.Stamped(state.Options, column).AsMemory() };
        Add(catalog.Conversion.MapValue(Scratch(SavedColumns.Options), text, SavedColumns.Key));
    }

    public void Map<TSource, TResult>(CustomMappingFactory<TSource, TResult> factory, string contract)
        where TSource : class, new()
        where TResult : class, new() =>
        Add(catalog.CustomMapping(factory.GetMapping(), contract));

    /// <summary>Gives a result its name; an image gets its size back into its type, a vector its shape.</summary>
    /// <exception cref="InvalidOperationException">The type has a fixed shape that a saved model can't keep.</exception>
    public void Output(string name, string result, DataViewType type)
    {
        if (type is ImageDataViewType { Width: > 0, Height: > 0 } image)
            Add(catalog.ResizeImages(name, image.Width, image.Height, Scratch(result),
                ImageResizingEstimator.ResizingKind.Fill)); // copies nothing: the size is the same
        else if (type is VectorDataViewType { Dimensions.Length: > 1 } vector)
            Shaped(name, result, vector);
        else
            Add(catalog.CopyColumns(name, Scratch(result)));
    }

    private void Shaped(string name, string result, VectorDataViewType type)
    {
        Add(catalog.CopyColumns(Scratch(SavedColumns.Flat), Scratch(result)));
        bool shaped = ShapeFactories.TryMap(this, type);
        if (!shaped && type.IsKnownSize)
            throw new InvalidOperationException(
                $"The column '{name}' of type {type} has a fixed shape that a saved model can't keep, so that what was trained on it "
                    + $"would refuse the loaded model's rows: only square matrices of {string.Join(", ", ShapeFactories.Sides)} rows keep "
                    + "theirs. Fit the transform on images without a size (LoadPictures with LongerSide in the place of ResizeImages), "
                    + "take GramStatistics, or export the network with NetworkExporter and let ApplyOnnxModel score it.");
        Add(catalog.CopyColumns(name, Scratch(shaped ? SavedColumns.Shaped : SavedColumns.Flat)));
    }

    /// <summary>Marks a column of the chain to be dropped at its end.</summary>
    public string Scratch(string column)
    {
        _scratch.Add(column);
        return column;
    }

    public ITransformer ToTransformer()
    {
        string[] known = [.. _scratch.Where(column => _rows.Schema.GetColumnOrNull(column) is not null)];
        if (known.Length > 0) Add(catalog.DropColumns(known));
        return new TransformerChain<ITransformer>([.. _parts]);
    }

    private void Lookup(string column, float[] values)
    {
        Key();
        Dictionary<int, float[]> map = new() { [1] = values };
        Add(catalog.Conversion.MapValue(Scratch(column), map, SavedColumns.Key));
    }

    private void Key()
    {
        if (_rows.Schema.GetColumnOrNull(SavedColumns.Key) is not null) return;
        Scratch(SavedColumns.Key);
        Add(catalog.CustomMapping<NoColumns, StateKey>(KeyFactory.Map, KeyFactory.Contract));
    }

    private void Add(IEstimator<ITransformer> estimator)
    {
        ITransformer part = estimator.Fit(_rows);
        _parts.Add(part);
        _rows = part.Transform(_rows);
    }
}

/// <summary>An operation as a saved model holds it: its name and options as JSON, and what it has learnt as numbers.</summary>
internal sealed record SavedState(string Options, float[] Values);
