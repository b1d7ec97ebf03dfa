using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>An attribute of a node: a number, a list of integers or a text.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal readonly record struct GraphAttribute
{
    private readonly object _value;

    /// <summary>An integer attribute.</summary>
    public GraphAttribute(string name, long value) : this(name, (object)value) { }

    /// <summary>A floating-point attribute.</summary>
    public GraphAttribute(string name, float value) : this(name, (object)value) { }

    /// <summary>A text attribute.</summary>
    public GraphAttribute(string name, string value) : this(name, (object)value) { }

    /// <summary>A list of integers.</summary>
    public GraphAttribute(string name, long[] value) : this(name, (object)value) { }

    private GraphAttribute(string name, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        (Name, _value) = (name, value);
    }

    /// <summary>The attribute's name.</summary>
    public string Name { get; }

    internal AttributeProto ToProto()
    {
        AttributeProto proto = new() { Name = Name };
        switch (_value)
        {
            case long i: (proto.Type, proto.I) = (AttributeProto.Types.AttributeType.Int, i); break;
            case float f: (proto.Type, proto.F) = (AttributeProto.Types.AttributeType.Float, f); break;
            case string s: (proto.Type, proto.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(s)); break;
            case long[] list: proto.Type = AttributeProto.Types.AttributeType.Ints; proto.Ints.Add(list); break;
        }
        return proto;
    }
}
