using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Pipeline;

/// <summary>
/// Gives a vector the shape of a square matrix, or of feature maps without a size. A loaded column has a shape only where an attribute says
/// it, so there is a factory for each number of channels that is common.
/// </summary>
internal static class ShapeFactories
{
    private static readonly Dictionary<int, Action<SavedChain>> s_squares = new()
    {
        [2] = chain => chain.Map(new Square2Factory(), Square2Factory.Contract),
        [3] = chain => chain.Map(new Square3Factory(), Square3Factory.Contract),
        [4] = chain => chain.Map(new Square4Factory(), Square4Factory.Contract),
        [8] = chain => chain.Map(new Square8Factory(), Square8Factory.Contract),
        [16] = chain => chain.Map(new Square16Factory(), Square16Factory.Contract),
        [24] = chain => chain.Map(new Square24Factory(), Square24Factory.Contract),
        [32] = chain => chain.Map(new Square32Factory(), Square32Factory.Contract),
        [48] = chain => chain.Map(new Square48Factory(), Square48Factory.Contract),
        [64] = chain => chain.Map(new Square64Factory(), Square64Factory.Contract),
        [96] = chain => chain.Map(new Square96Factory(), Square96Factory.Contract),
        [128] = chain => chain.Map(new Square128Factory(), Square128Factory.Contract),
        [192] = chain => chain.Map(new Square192Factory(), Square192Factory.Contract),
        [256] = chain => chain.Map(new Square256Factory(), Square256Factory.Contract),
        [384] = chain => chain.Map(new Square384Factory(), Square384Factory.Contract),
        [512] = chain => chain.Map(new Square512Factory(), Square512Factory.Contract),
    };

    private static readonly Dictionary<int, Action<SavedChain>> s_maps = new()
    {
        [4] = chain => chain.Map(new Maps4Factory(), Maps4Factory.Contract),
        [8] = chain => chain.Map(new Maps8Factory(), Maps8Factory.Contract),
        [16] = chain => chain.Map(new Maps16Factory(), Maps16Factory.Contract),
        [32] = chain => chain.Map(new Maps32Factory(), Maps32Factory.Contract),
        [64] = chain => chain.Map(new Maps64Factory(), Maps64Factory.Contract),
        [128] = chain => chain.Map(new Maps128Factory(), Maps128Factory.Contract),
        [256] = chain => chain.Map(new Maps256Factory(), Maps256Factory.Contract),
        [512] = chain => chain.Map(new Maps512Factory(), Maps512Factory.Contract),
    };

    /// <summary>The sides of square matrices that there are factories for.</summary>
    public static IEnumerable<int> Sides => s_squares.Keys;

    /// <summary>Maps the vector; false if no factory gives that shape.</summary>
    public static bool TryMap(SavedChain chain, VectorDataViewType type)
    {
        Action<SavedChain>? map = type.Dimensions switch
        {
            [var rows, var columns] when rows == columns => s_squares.GetValueOrDefault(rows),
            [var channels, 0, 0] => s_maps.GetValueOrDefault(channels),
            _ => null,
        };
        map?.Invoke(chain);
        return map is not null;
    }
}

/// <summary>A vector that has a shape.</summary>
internal interface IShaped
{
    float[] Values { get; set; }
}

/// <summary>Gives a vector the shape of its result.</summary>
internal abstract class ShapeOfFactory<T> : CustomMappingFactory<FlatVector, T> where T : class, IShaped, new()
{
    /// <inheritdoc/>
    public override Action<FlatVector, T> GetMapping() => (source, result) => result.Values = source.Values ?? [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square2Factory : ShapeOfFactory<Square2>
{
    internal const string Contract = "MLNetStyle.Square2";
}

internal sealed class Square2 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(2, 2)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square3Factory : ShapeOfFactory<Square3>
{
    internal const string Contract = "MLNetStyle.Square3";
}

internal sealed class Square3 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(3, 3)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square4Factory : ShapeOfFactory<Square4>
{
    internal const string Contract = "MLNetStyle.Square4";
}

internal sealed class Square4 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(4, 4)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square8Factory : ShapeOfFactory<Square8>
{
    internal const string Contract = "MLNetStyle.Square8";
}

internal sealed class Square8 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(8, 8)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square16Factory : ShapeOfFactory<Square16>
{
    internal const string Contract = "MLNetStyle.Square16";
}

internal sealed class Square16 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(16, 16)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square24Factory : ShapeOfFactory<Square24>
{
    internal const string Contract = "MLNetStyle.Square24";
}

internal sealed class Square24 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(24, 24)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square32Factory : ShapeOfFactory<Square32>
{
    internal const string Contract = "MLNetStyle.Square32";
}

internal sealed class Square32 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(32, 32)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square48Factory : ShapeOfFactory<Square48>
{
    internal const string Contract = "MLNetStyle.Square48";
}

internal sealed class Square48 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(48, 48)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square64Factory : ShapeOfFactory<Square64>
{
    internal const string Contract = "MLNetStyle.Square64";
}

internal sealed class Square64 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(64, 64)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square96Factory : ShapeOfFactory<Square96>
{
    internal const string Contract = "MLNetStyle.Square96";
}

internal sealed class Square96 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(96, 96)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square128Factory : ShapeOfFactory<Square128>
{
    internal const string Contract = "MLNetStyle.Square128";
}

internal sealed class Square128 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(128, 128)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square192Factory : ShapeOfFactory<Square192>
{
    internal const string Contract = "MLNetStyle.Square192";
}

internal sealed class Square192 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(192, 192)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square256Factory : ShapeOfFactory<Square256>
{
    internal const string Contract = "MLNetStyle.Square256";
}

internal sealed class Square256 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(256, 256)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square384Factory : ShapeOfFactory<Square384>
{
    internal const string Contract = "MLNetStyle.Square384";
}

internal sealed class Square384 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(384, 384)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square512Factory : ShapeOfFactory<Square512>
{
    internal const string Contract = "MLNetStyle.Square512";
}

internal sealed class Square512 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(512, 512)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps4Factory : ShapeOfFactory<Maps4>
{
    internal const string Contract = "MLNetStyle.Maps4";
}

internal sealed class Maps4 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(4, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps8Factory : ShapeOfFactory<Maps8>
{
    internal const string Contract = "MLNetStyle.Maps8";
}

internal sealed class Maps8 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(8, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps16Factory : ShapeOfFactory<Maps16>
{
    internal const string Contract = "MLNetStyle.Maps16";
}

internal sealed class Maps16 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(16, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps32Factory : ShapeOfFactory<Maps32>
{
    internal const string Contract = "MLNetStyle.Maps32";
}

internal sealed class Maps32 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(32, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps64Factory : ShapeOfFactory<Maps64>
{
    internal const string Contract = "MLNetStyle.Maps64";
}

internal sealed class Maps64 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(64, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps128Factory : ShapeOfFactory<Maps128>
{
    internal const string Contract = "MLNetStyle.Maps128";
}

internal sealed class Maps128 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(128, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps256Factory : ShapeOfFactory<Maps256>
{
    internal const string Contract = "MLNetStyle.Maps256";
}

internal sealed class Maps256 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(256, 0, 0)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Maps512Factory : ShapeOfFactory<Maps512>
{
    internal const string Contract = "MLNetStyle.Maps512";
}

internal sealed class Maps512 : IShaped
{
    [ColumnName(SavedColumns.Shaped), VectorType(512, 0, 0)]
    public float[] Values { get; set; } = [];
}
