using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(ColumnCopyingTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        inputSchema.With(inputSchema.Require(Transformer.InputName).Renamed(Transformer.OutputName));
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "CopyColumns";

    internal ColumnCopyingTransformer(IHostEnvironment environment, string output, string input) : base(environment) => (OutputName, InputName) = (output, input);

    internal string OutputName { get; }
    internal string InputName { get; }

    internal static ITransformer Load(ModelLoadContext context) =>
        new ColumnCopyingTransformer(context.Environment, context.Reader.ReadString(), context.Reader.ReadString());

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        return new OneColumn(input, new(OutputName, source.Type, source.Annotations), [source], row => (Rows.Getter(row, source), null));
    }
}
