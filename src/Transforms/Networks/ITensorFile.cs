namespace MLNetStyle.Networks;

/// <summary>A file of named tensors, read one tensor at a time.</summary>
internal interface ITensorFile
{
    /// <summary>What messages call the file.</summary>
    string Name { get; }

    /// <summary>The file's own notes.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The shape of every tensor, by name.</summary>
    IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>Reads one tensor as 32-bit floats in row-major order.</summary>
    float[] Read(string tensor);
}
