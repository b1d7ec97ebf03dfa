namespace MLNetStyle.Graphs;

/// <summary>The element types of the tensors in a graph, numbered as in the ONNX format.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE 754 floating point.</summary>
    Float = 1,

    /// <summary>64-bit signed integers: shapes, indices and axes.</summary>
    Int64 = 7,

    /// <summary>Truth values, one byte each.</summary>
    Bool = 9,
}
