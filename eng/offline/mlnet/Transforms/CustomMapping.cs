using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    public CustomMappingFactoryAttributeAttribute(string contractName) : base(contractName) { }
}

public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    protected CustomMappingFactory() { }
    public abstract Action<TSrc, TDst> GetMapping();
    ITransformer ICustomMappingFactory.Create(string contractName) => new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName, null, null);
}

internal interface ICustomMappingFactory
{
    ITransformer Create(string contractName);
}

internal static class CustomMapping
{
    public const string Signature = "CustomMapping";

    // The assembly of the mapping is saved with the contract, so that loading needs no registration.
    public static void Save(ModelSaveContext context, string contractName, Assembly assembly)
    {
        BinaryWriter writer = context.Begin(Signature);
        writer.Write(contractName);
        writer.Write(assembly.FullName);
    }

    public static ITransformer Load(ModelLoadContext context)
    {
        string contractName = context.Reader.ReadString();
        ComponentCatalog catalog = context.Environment.ComponentCatalog;
        catalog.RegisterAssembly(Assembly.Load(context.Reader.ReadString()));
        object factory = catalog.Create(typeof(CustomMappingFactoryAttributeAttribute), contractName);
        return (factory as ICustomMappingFactory ?? throw new InvalidOperationException($"The class of contract '{contractName}' must derive from CustomMappingFactory."))
            .Create(contractName);
    }
}

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer) : base(transformer) { }

    // Item types are compared by reference, as in the real one: images, whose types are made anew by every transform, never match.
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (MemberBinding member in MemberBinding.Create(typeof(TSrc), SchemaDefinition.Direction.Both, Transformer.InputDefinition))
        {
            SchemaShape.Column actual = inputSchema.Require(member.Name), wanted = SchemaShape.Column.Of(member.Name, member.Type);
            bool fits = wanted.Kind == actual.Kind
                || (wanted.Kind == SchemaShape.Column.VectorKind.VariableVector && actual.Kind == SchemaShape.Column.VectorKind.Vector);
            if (!fits || wanted.IsKey != actual.IsKey || !ReferenceEquals(wanted.ItemType, actual.ItemType))
            {
                throw new ArgumentOutOfRangeException(nameof(inputSchema),
                    $"Schema mismatch for input column '{member.Name}': expected {member.Type}, got {actual.TypeString}");
            }
        }

        return inputSchema.With(Transformer.Added.Select(m => SchemaShape.Column.Of(m.Name, m.Type, SchemaShape.Create(m.Annotations.Schema))));
    }
}

public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contractName;

    internal CustomMappingTransformer(Action<TSrc, TDst> map, string contractName, SchemaDefinition input, SchemaDefinition output)
    {
        _map = map ?? throw new ArgumentNullException(nameof(map));
        (_contractName, InputDefinition) = (contractName, input);
        Added = MemberBinding.Create(typeof(TDst), SchemaDefinition.Direction.Write, output);
    }

    internal SchemaDefinition InputDefinition { get; }
    internal MemberBinding[] Added { get; }

    bool ITransformer.IsRowToRowMapper => true;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema).OutputSchema;
    public IDataView Transform(IDataView input) => new MappedView(input ?? throw new ArgumentNullException(nameof(input)), Mapper(input.Schema));
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Mapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (_contractName is null) throw new InvalidOperationException("Empty contract name for a transform: the transform cannot be saved");
        CustomMapping.Save(ctx, _contractName, _map.Method.DeclaringType.Assembly);
    }

    private MappedSchema Mapper(DataViewSchema input) => new(new Mapping(this, input ?? throw new ArgumentNullException(nameof(input))));

    private sealed class Mapping(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema input) : RowMapping(input)
    {
        private readonly TypedRows<TSrc> _source = new(input, false, parent.InputDefinition);

        public override IEnumerable<DataViewSchema.DetachedColumn> Added => parent.Added.Select(m => m.Detached);
        public override IEnumerable<DataViewSchema.Column> Sources(int added) => _source.Columns;

        public override Delegate[] Getters(DataViewRow row, Func<int, bool> active, out Action dispose)
        {
            dispose = null;
            Delegate[] getters = new Delegate[parent.Added.Length];
            if (!Enumerable.Range(0, getters.Length).Any(active)) return getters;

            Action<TSrc> fill = _source.Filler(row);
            TSrc source = new();
            TDst destination = new();
            long at = -1;
            TDst Current()
            {
                if (at == row.Position) return destination;
                fill(source);
                parent._map(source, destination);
                at = row.Position;
                return destination;
            }

            for (int i = 0; i < getters.Length; i++) getters[i] = active(i) ? parent.Added[i].Getter(Current) : null;
            return getters;
        }
    }
}
