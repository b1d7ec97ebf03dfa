using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Pipeline;

/// <summary>
/// Gives a vector the shape of a square matrix. A loaded column has a fixed shape only where an attribute says it, so there is a
/// factory for each number of channels that networks of VGG's kind have.
/// </summary>
internal static class SquareFactories
{
    private static readonly Dictionary<int, Action<SavedChain>> s_maps = new()
    {
        [4] = chain => chain.Map(new Square4Factory(), Square4Factory.Contract),
        [8] = chain => chain.Map(new Square8Factory(), Square8Factory.Contract),
        [16] = chain => chain.Map(new Square16Factory(), Square16Factory.Contract),
        [32] = chain => chain.Map(new Square32Factory(), Square32Factory.Contract),
        [64] = chain => chain.Map(new Square64Factory(), Square64Factory.Contract),
        [128] = chain => chain.Map(new Square128Factory(), Square128Factory.Contract),
        [256] = chain => chain.Map(new Square256Factory(), Square256Factory.Contract),
        [512] = chain => chain.Map(new Square512Factory(), Square512Factory.Contract),
    };

    /// <summary>The sides that a matrix can have.</summary>
    public static IEnumerable<int> Sides => s_maps.Keys;

    /// <summary>Maps the vector; false if no factory has that side.</summary>
    public static bool TryMap(SavedChain chain, int side)
    {
        if (!s_maps.TryGetValue(side, out Action<SavedChain>? map)) return false;
        map(chain);
        return true;
    }
}

/// <summary>A square matrix.</summary>
internal interface ISquare
{
    float[] Values { get; set; }
}

/// <summary>Gives a vector the shape of its result.</summary>
internal abstract class SquareFactory<T> : CustomMappingFactory<FlatVector, T> where T : class, ISquare, new()
{
    /// <inheritdoc/>
    public override Action<FlatVector, T> GetMapping() => (source, result) => result.Values = source.Values ?? [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square4Factory : SquareFactory<Square4>
{
    internal const string Contract = "MLNetStyle.Square4";
}

internal sealed class Square4 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(4, 4)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square8Factory : SquareFactory<Square8>
{
    internal const string Contract = "MLNetStyle.Square8";
}

internal sealed class Square8 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(8, 8)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square16Factory : SquareFactory<Square16>
{
    internal const string Contract = "MLNetStyle.Square16";
}

internal sealed class Square16 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(16, 16)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square32Factory : SquareFactory<Square32>
{
    internal const string Contract = "MLNetStyle.Square32";
}

internal sealed class Square32 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(32, 32)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square64Factory : SquareFactory<Square64>
{
    internal const string Contract = "MLNetStyle.Square64";
}

internal sealed class Square64 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(64, 64)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square128Factory : SquareFactory<Square128>
{
    internal const string Contract = "MLNetStyle.Square128";
}

internal sealed class Square128 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(128, 128)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square256Factory : SquareFactory<Square256>
{
    internal const string Contract = "MLNetStyle.Square256";
}

internal sealed class Square256 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(256, 256)]
    public float[] Values { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class Square512Factory : SquareFactory<Square512>
{
    internal const string Contract = "MLNetStyle.Square512";
}

internal sealed class Square512 : ISquare
{
    [ColumnName(SavedColumns.Square), VectorType(512, 512)]
    public float[] Values { get; set; } = [];
}
