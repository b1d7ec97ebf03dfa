using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(TypeConvertingTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column source = inputSchema.Require(Transformer.InputName);
        if (!TypeConvertingTransformer.CanConvert(source.ItemType)) throw TypeConvertingTransformer.Refuse(source.Name, source.ItemType);
        return inputSchema.With(new SchemaShape.Column(Transformer.OutputName, source.Kind, StandardTypes.Of(Transformer.Kind), false));
    }
}

// Between numbers and booleans only.
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "ConvertType";

    internal TypeConvertingTransformer(IHostEnvironment environment, string output, string input, DataKind kind) : base(environment)
    {
        if (!CanConvert(StandardTypes.Of(kind))) throw new NotSupportedException($"The stand-in converts numbers and booleans only, not to {kind}.");
        (OutputName, InputName, Kind) = (output, input, kind);
    }

    internal string OutputName { get; }
    internal string InputName { get; }
    internal DataKind Kind { get; }

    internal static bool CanConvert(DataViewType type) => type is NumberDataViewType or BooleanDataViewType;
    internal static Exception Refuse(string name, DataViewType type) => new ArgumentOutOfRangeException("inputSchema", $"Column '{name}' of type {type} can't be converted.");

    internal static ITransformer Load(ModelLoadContext context) => new TypeConvertingTransformer(
        context.Environment, context.Reader.ReadString(), context.Reader.ReadString(), (DataKind)context.Reader.ReadByte());

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
        writer.Write((byte)Kind);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        if (!CanConvert(source.Type.Item())) throw Refuse(InputName, source.Type);
        PrimitiveDataViewType item = StandardTypes.Of(Kind);
        VectorDataViewType vector = source.Type as VectorDataViewType;
        string method = vector is null ? nameof(Scalar) : nameof(Vector);
        MethodInfo make = typeof(TypeConvertingTransformer).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(source.Type.Item().RawType, item.RawType);
        return new OneColumn(input, new(OutputName, vector is null ? item : new VectorDataViewType(item, vector.Dimensions)), [source],
            row => ((Delegate)make.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, source], null), null));
    }

    private static ValueGetter<TTo> Scalar<TFrom, TTo>(DataViewRow row, DataViewSchema.Column source)
    {
        ValueGetter<TFrom> get = row.GetGetter<TFrom>(source);
        TFrom from = default;
        return (ref TTo value) =>
        {
            get(ref from);
            value = (TTo)Convert.ChangeType(from, typeof(TTo));
        };
    }

    private static ValueGetter<VBuffer<TTo>> Vector<TFrom, TTo>(DataViewRow row, DataViewSchema.Column source)
    {
        ValueGetter<VBuffer<TFrom>> get = row.GetGetter<VBuffer<TFrom>>(source);
        VBuffer<TFrom> from = default;
        return (ref VBuffer<TTo> value) =>
        {
            get(ref from);
            TTo[] items = [.. from.DenseValues().Select(item => (TTo)Convert.ChangeType(item, typeof(TTo)))];
            VBuffer<TTo>.Copy(items, 0, ref value, items.Length);
        };
    }
}
