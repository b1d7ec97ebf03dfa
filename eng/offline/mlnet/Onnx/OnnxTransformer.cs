using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

public sealed class OnnxScoringEstimator : TrivialEstimator<OnnxTransformer>
{
    internal OnnxScoringEstimator(OnnxTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (string name in Transformer.Inputs)
        {
            SchemaShape.Column column = inputSchema.Require(name);
            DataViewType item = Transformer.Input(name).Item;
            if (column.Kind == SchemaShape.Column.VectorKind.VariableVector || !column.ItemType.Equals(item))
            {
                throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{name}': expected vector of {item}, got {column.TypeString}");
            }
        }

        return inputSchema.With(Transformer.Outputs.Select(name => SchemaShape.Column.Of(OnnxTransformer.ColumnName(name), Transformer.OutputType(name))));
    }
}

// Sequences and maps are left out.
public sealed class OnnxTransformer : RowToRowTransformerBase, IDisposable
{
    internal const string Signature = "Onnx";

    private readonly byte[] _model;
    private readonly IDictionary<string, int[]> _shapes;
    private readonly InferenceSession _session;
    private readonly Dictionary<string, int[]> _declared;

    internal OnnxTransformer(IHostEnvironment environment, OnnxOptions options, byte[] model) : base(environment)
    {
        MLContext context = environment as MLContext;
        (_model, _shapes) = (model, options.ShapeDictionary ?? new Dictionary<string, int[]>());
        try
        {
            _session = Open(model, options, options.GpuDeviceId ?? context?.GpuDeviceId, options.FallbackToCpu || (options.GpuDeviceId is null && context?.FallbackToCpu == true));
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidOperationException($"Error initializing model: {e.Message}", e);
        }

        _declared = OnnxDeclaredShapes.Of(model);
        foreach (string name in _session.InputMetadata.Keys.Concat(_session.OutputMetadata.Keys))
        {
            if (_declared[name] is null) throw new InvalidOperationException($"The tensor '{name}' of the ONNX model declares no shape; ML.NET needs one.");
        }

        Inputs = options.InputColumns is { Length: > 0 } inputs ? inputs : [.. _session.InputMetadata.Keys];
        Outputs = options.OutputColumns is { Length: > 0 } outputs ? outputs : [.. _session.OutputMetadata.Keys];
        foreach (string name in Outputs) OutputType(name);
    }

    internal string[] Inputs { get; }
    internal string[] Outputs { get; }

    internal static string ColumnName(string output) => output.EndsWith(".output") ? output.Replace(".output", "") : output;

    internal static ITransformer Load(ModelLoadContext context)
    {
        BinaryReader reader = context.Reader;
        OnnxOptions options = new() { InputColumns = reader.ReadStrings(), OutputColumns = reader.ReadStrings(), ShapeDictionary = new Dictionary<string, int[]>() };
        foreach (string name in reader.ReadStrings())
        {
            int[] shape = new int[reader.ReadInt32()];
            for (int i = 0; i < shape.Length; i++) shape[i] = reader.ReadInt32();
            options.ShapeDictionary[name] = shape;
        }

        return new OnnxTransformer(context.Environment, options, reader.ReadBytes(reader.ReadInt32()));
    }

    public void Dispose() => _session.Dispose();

    // Dimensions that neither the file nor the dictionary of shapes gives are taken as 1 in what goes into the model.
    internal (PrimitiveDataViewType Item, long[] Shape) Input(string name)
    {
        (PrimitiveDataViewType item, int[] shape) = Node(_session.InputMetadata, name, "Input");
        return (item, [.. shape.Select(d => (long)Math.Max(d, 1))]);
    }

    // An unknown first dimension is taken as 1; another one makes the vector's length unknown. What the file says counts, not what
    // ONNX Runtime infers.
    internal DataViewType OutputType(string name)
    {
        (PrimitiveDataViewType item, int[] shape) = Node(_session.OutputMetadata, name, "Output");
        int[] declared = _declared[name];
        if (declared.Length == 0) return item;
        if (!_shapes.ContainsKey(name)) shape = [Math.Max(declared[0], 1), .. declared[1..]];
        return shape.All(d => d > 0) ? new VectorDataViewType(item, shape) : new VectorDataViewType(item);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.WriteStrings(Inputs);
        writer.WriteStrings(Outputs);
        writer.WriteStrings([.. _shapes.Keys]);
        foreach (int[] shape in _shapes.Values)
        {
            writer.Write(shape.Length);
            Array.ForEach(shape, writer.Write);
        }

        writer.Write(_model.Length);
        writer.Write(_model);
    }

    private protected override RowMapping Map(DataViewSchema input) => new Mapping(this, input);

    private static InferenceSession Open(byte[] model, OnnxOptions options, int? gpu, bool fallback)
    {
        if (gpu is { } device)
        {
            try
            {
                using SessionOptions cuda = SessionOptions.MakeSessionOptionWithCudaProvider(device);
                return new(model, cuda);
            }
            catch (Exception e) when (fallback && e is OnnxRuntimeException or EntryPointNotFoundException)
            {
            }
        }

        using SessionOptions cpu = new() { InterOpNumThreads = options.InterOpNumThreads ?? 0, IntraOpNumThreads = options.IntraOpNumThreads ?? 0 };
        return new(model, cpu);
    }

    private (PrimitiveDataViewType Item, int[] Shape) Node(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, string kind)
    {
        if (!nodes.TryGetValue(name, out NodeMetadata node))
        {
            throw new ArgumentOutOfRangeException(nameof(name), $"{kind} tensor, {name}, does not exist in the ONNX model. Available names are [{string.Join(",", nodes.Keys)}].");
        }

        if (!node.IsTensor || !StandardTypes.TryOf(node.ElementType, out PrimitiveDataViewType item) || item is TextDataViewType)
        {
            throw new NotSupportedException($"The stand-in can't handle {kind} '{name}' of the ONNX model: it is no tensor of numbers.");
        }

        if (!_shapes.TryGetValue(name, out int[] shape)) return (item, [.. node.Dimensions]);
        bool fits = shape.Length == node.Dimensions.Length && shape.Zip(node.Dimensions).All(d => d.First <= 0 || d.Second <= 0 || d.First == d.Second);
        return fits ? (item, [.. shape]) : throw new ArgumentOutOfRangeException("shapeDictionary",
            $"The specified shape {string.Join(",", shape)} of '{name}' is not compatible with the shape {string.Join(",", node.Dimensions)} in the ONNX model.");
    }

    private sealed class Mapping : RowMapping
    {
        private readonly OnnxTransformer _parent;
        private readonly DataViewSchema.Column[] _sources;

        public Mapping(OnnxTransformer parent, DataViewSchema input) : base(input)
        {
            _parent = parent;
            _sources = [.. parent.Inputs.Select(name => Source(input, name))];
        }

        public override IEnumerable<DataViewSchema.DetachedColumn> Added =>
            _parent.Outputs.Select(name => new DataViewSchema.DetachedColumn(ColumnName(name), _parent.OutputType(name)));

        public override IEnumerable<DataViewSchema.Column> Sources(int added) => _sources;

        public override Delegate[] Getters(DataViewRow row, Func<int, bool> active, out Action dispose)
        {
            string[] outputs = _parent.Outputs;
            string[] wanted = [.. outputs.Where((_, i) => active(i))];
            Delegate[] getters = new Delegate[outputs.Length];
            dispose = null;
            if (wanted.Length == 0) return getters;

            Func<OrtValue>[] inputs = [.. _sources.Select((source, i) => Reader(row, source, _parent.Input(_parent.Inputs[i]).Shape))];
            IDisposableReadOnlyCollection<OrtValue> results = null;
            long at = -1;
            OrtValue Result(string name)
            {
                if (at != row.Position)
                {
                    results?.Dispose();
                    results = null;
                    OrtValue[] values = [.. inputs.Select(read => read())];
                    using RunOptions options = new();
                    results = _parent._session.Run(options, _parent.Inputs, values, wanted);
                    Array.ForEach(values, value => value.Dispose());
                    at = row.Position;
                }

                return results[Array.IndexOf(wanted, name)];
            }

            dispose = () => results?.Dispose();
            for (int i = 0; i < getters.Length; i++)
            {
                if (!active(i)) continue;
                string name = outputs[i];
                DataViewType type = _parent.OutputType(name);
                getters[i] = (Delegate)Call(type is VectorDataViewType ? nameof(Vector) : nameof(Scalar), type, (Func<OrtValue>)(() => Result(name)));
            }

            return getters;
        }

        private DataViewSchema.Column Source(DataViewSchema input, string name)
        {
            (PrimitiveDataViewType item, long[] shape) = _parent.Input(name);
            DataViewSchema.Column column = input.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException("inputSchema", $"Could not find input column '{name}'");
            VectorDataViewType vector = column.Type as VectorDataViewType;
            if (vector is { Size: 0 }) throw new InvalidOperationException("Variable length input columns not supported");
            if (!column.Type.Item().Equals(item))
            {
                throw new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{name}': expected {item}, got {column.Type}");
            }

            long values = shape.Aggregate(1L, (product, d) => product * d);
            return (vector?.Size ?? 1) % values == 0
                ? column
                : throw new InvalidOperationException($"Input shape mismatch: Input '{name}' has shape {string.Join(",", shape)}, but input data is of length {vector?.Size ?? 1}.");
        }

        private static Func<OrtValue> Reader(DataViewRow row, DataViewSchema.Column source, long[] shape) =>
            (Func<OrtValue>)Call(source.Type is VectorDataViewType ? nameof(VectorReader) : nameof(ScalarReader), source.Type, row, source, shape);

        private static object Call(string method, DataViewType type, params object[] arguments) =>
            typeof(Mapping).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static).MakeGenericMethod(type.Item().RawType)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

        private static Func<OrtValue> VectorReader<T>(DataViewRow row, DataViewSchema.Column source, long[] shape) where T : unmanaged
        {
            ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
            VBuffer<T> buffer = default;
            return () =>
            {
                get(ref buffer);
                T[] values = new T[buffer.Length];
                buffer.CopyTo(values);
                return OrtValue.CreateTensorValueFromMemory(values, shape);
            };
        }

        private static Func<OrtValue> ScalarReader<T>(DataViewRow row, DataViewSchema.Column source, long[] shape) where T : unmanaged
        {
            ValueGetter<T> get = row.GetGetter<T>(source);
            return () =>
            {
                T value = default;
                get(ref value);
                return OrtValue.CreateTensorValueFromMemory([value], shape);
            };
        }

        private static ValueGetter<VBuffer<T>> Vector<T>(Func<OrtValue> result) where T : unmanaged => (ref VBuffer<T> value) =>
        {
            ReadOnlySpan<T> values = result().GetTensorDataAsSpan<T>();
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        };

        private static ValueGetter<T> Scalar<T>(Func<OrtValue> result) where T : unmanaged => (ref T value) => value = result().GetTensorDataAsSpan<T>()[0];
    }
}
