using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace MLNetStyle.Tests.MLNet;

// What the components rely on where ML.NET is strict or odd. What depends on registrations for the whole process runs isolated.
public sealed class QuirkTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void AnImageAttributeWithoutASizeThrows() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaDefinition.Create(typeof(SizelessRow)));

    [Fact]
    public void ABareImageMemberNeedsTheTypeToBeRegistered()
    {
        Assert.Equal("refused", Isolated.Run(LoadBareImage));
        Assert.Equal("loaded", Isolated.Run(LoadBareImage, "register"));
    }

    [Fact]
    public void ASizedColumnDoesNotBindToAnImageMember() =>
        Assert.Equal("Type 'Microsoft.ML.Data.MLImage' is not yet supported.", Isolated.Run(BindSizedColumn));

    [Fact]
    public void AMappingOfImagesFitsAloneAndIsRefusedInAChain()
    {
        Assert.Equal("fits", Isolated.Run(MapImages, "alone"));
        Assert.StartsWith("Schema mismatch for input column 'Image'", Isolated.Run(MapImages, "chain"));
    }

    [Fact]
    public void AChainChecksEveryLinkBeforeItFitsOne()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new NumberRow[] { new() });
        bool fitted = false;
        IEstimator<ITransformer> first = _ml.Transforms.CopyColumns("A", "Value").WithOnFitDelegate<ITransformer>(_ => fitted = true);
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Append(_ml.Transforms.CopyColumns("C", "B")).Fit(rows));
        Assert.False(fitted);
        first.Append(_ml.Transforms.CopyColumns("B", "A")).Fit(rows);
        Assert.True(fitted);
    }

    [Fact]
    public void ImagesOfAnEnumerationDieWithTheNextRow()
    {
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
        using (MLImage picture = Pictures.Make(6, 4)) picture.Save(Path.Combine(folder, "a.png"));
        Assert.Equal("5 dead", Isolated.Run(KeepImages, folder));
        Directory.Delete(folder, true);
    }

    [Fact]
    public void AMappingWithoutAContractCanNotBeSaved()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new NumberRow[] { new() });
        ITransformer model = _ml.Transforms.CustomMapping<NumberRow, Out>((_, _) => { }, null).Fit(rows);
        Assert.Throws<InvalidOperationException>(() => _ml.Model.Save(model, rows.Schema, new MemoryStream()));
    }

    [Fact]
    public void ATransformerThatSavesNothingIsRefused()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new NumberRow[] { new() });
        Assert.Throws<InvalidOperationException>(() =>
            _ml.Model.Save(new TransformerChain<ITransformer>(new Silent()), rows.Schema, new MemoryStream()));
    }

    [Fact]
    public void TheShapeOfANewColumnComesFromACustomMapping()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Out));
        definition[0].ColumnName = "Made";
        definition[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        definition[0].AddAnnotation("SlotNames", default(VBuffer<ReadOnlyMemory<char>>),
            new VectorDataViewType(TextDataViewType.Instance, 3));
        SchemaShape shape = _ml.Transforms.CustomMapping<Nothing, Out>((_, _) => { }, null, null,
            definition).GetOutputSchema(new SchemaShape([]));
        SchemaShape.Column column = Assert.Single(shape);
        Assert.Equal(("Made", SchemaShape.Column.VectorKind.Vector, false), (column.Name, column.Kind, column.IsKey));
        Assert.Same(NumberDataViewType.Single, column.ItemType);
        Assert.Equal("SlotNames", Assert.Single(column.Annotations).Name);
    }

    [Fact]
    public void OneTypeOfColumnBelongsToOneMember()
    {
        Assert.Equal("refused", Isolated.Run(RegisterTwice));
    }

    public static string LoadBareImage(string argument)
    {
        if (argument == "register") RegisterImages();
        try
        {
            new MLContext().Data.LoadFromEnumerable(new BareImageRow[] { new() });
            return "loaded";
        }
        catch (ArgumentOutOfRangeException)
        {
            return "refused";
        }
    }

    public static string BindSizedColumn(string argument)
    {
        RegisterImages();
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(new ImageRow[] { new() { Image = Pictures.Make(6, 4) } });
        IDataView view = ml.Transforms.ResizeImages("Image", 3, 2).Fit(rows).Transform(rows);
        return Assert.Throws<NotImplementedException>(() => ml.Data.CreateEnumerable<BareImageRow>(view, false).ToArray()).Message;
    }

    public static string MapImages(string argument)
    {
        RegisterImages();
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(new PathRow[] { new() });
        ImageLoadingEstimator load = ml.Transforms.LoadImages("Image", "", "Path");
        CustomMappingEstimator<BareImageRow, Out> map = ml.Transforms.CustomMapping<BareImageRow, Out>((_, _) => { }, null);
        try
        {
            if (argument == "chain") load.Append(map).Fit(rows);
            else map.Fit(load.Fit(rows).Transform(rows));
            return "fits";
        }
        catch (ArgumentOutOfRangeException e)
        {
            return e.Message;
        }
    }

    public static string KeepImages(string argument)
    {
        RegisterImages();
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Repeat(new PathRow { Path = "a.png" }, 5));
        IDataView view = ml.Transforms.LoadImages("Image", argument, "Path").Fit(rows).Transform(rows);
        MLImage[] images = [.. ml.Data.CreateEnumerable<BareImageRow>(view, false).Select(row => row.Image!)];
        return $"{images.Count(image => Record.Exception(() => image.Width) is InvalidOperationException)} dead";
    }

    public static string RegisterTwice(string argument)
    {
        RegisterImages();
        RegisterImages();
        return Record.Exception(() =>
            DataViewTypeManager.Register(new ImageDataViewType(2, 3), typeof(MLImage))) is ArgumentOutOfRangeException ? "refused"
            : "taken";
    }

    private static void RegisterImages() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));

    private sealed class SizelessRow
    {
        [ImageType] public MLImage? Image { get; set; }
    }

    private sealed class Nothing
    {
    }

    private sealed class Out
    {
        public float[] Result { get; set; } = [];
    }

    private sealed class Silent : ITransformer
    {
        public bool IsRowToRowMapper => false;
        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;
        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();
        public IDataView Transform(IDataView input) => input;
        public void Save(ModelSaveContext ctx)
        {
        }
    }
}
