namespace MLNetStyle.Networks;

/// <summary>A file of named tensors, read one tensor at a time.</summary>
internal interface ITensorFile
{
    /// <summary>What messages call the file.</summary>
    string Name { get; }

    /// <summary>What messages call its format.</summary>
    string Format { get; }

    /// <summary>The file's own notes, and what its format says about the pixels, in the same keys.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The shape of every tensor, by name, in the file's order; filters are [output, input, height, width].</summary>
    IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>Reads one tensor as 32-bit floats in row-major order.</summary>
    float[] Read(string tensor);
}
