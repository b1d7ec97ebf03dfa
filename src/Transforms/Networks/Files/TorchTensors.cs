namespace MLNetStyle.Networks;

/// <summary>Finds the tensors in the pickle of a PyTorch file.</summary>
internal static class TorchTensors
{
    private const int Deepest = 6, LongestPath = 1024;

    /// <summary>Adds every floating-point tensor under its path: "features.0.weight", or "state_dict.features.0.weight" inside another
    /// dictionary.</summary>
    /// <param name="root">What the file holds.</param>
    /// <param name="table">Where the tensors go.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="read">Reads a range of a storage's elements: its key, the first one, how many, their type.</param>
    /// <param name="storageLength">The number of elements of a storage of a type, as far as the file holds them.</param>
    public static void Collect(object root, TensorTable table, FileBytes file, Func<string, long, long, ElementKind, float[]> read,
        Func<string, ElementKind, long> storageLength)
    {
        HashSet<object> open = new(ReferenceEqualityComparer.Instance);
        int visits = 0;
        Visit(root, "", 0);

        void Visit(object value, string path, int depth)
        {
            if (++visits > 1_000_000) throw file.Broken("its dictionaries hold more than a million entries");
            if (path.Length > LongestPath) throw file.Broken($"a name of {path.Length} letters stands in its dictionaries");
            if (value is PickleDictionary dictionary)
            {
                if (depth > Deepest || !open.Add(dictionary)) return;
                foreach ((object key, object entry) in dictionary.Entries)
                    if (key is string name) Visit(entry, path.Length == 0 ? name : $"{path}.{name}", depth + 1);
                open.Remove(dictionary);
            }
            else if (value is PickleCall call) Tensor(call, path);
        }

        void Tensor(PickleCall call, string path)
        {
            if (call is
                {
                    Function: { Module: "torch._utils", Name: "_rebuild_parameter" }, Arguments: [PickleCall inner,
                ..]
                }) call = inner;
            if (call is not { Function: { Module: "torch._utils", Name: "_rebuild_tensor_v2" or "_rebuild_tensor" } }) return;
            if (call.Arguments is not [PickleReference { Id: object[] id }, long offset, object[] sizes, object[] steps, ..]
                || id is not ["storage", PickleName type, string key, _, _, ..] || sizes.Length != steps.Length
                || !Array.TrueForAll(sizes, s => s is long) || !Array.TrueForAll(steps, s => s is long))
                throw file.Broken($"the tensor '{path}' is described in a way that is not known");
            if (Kind(type.Name) is not { } kind) return;
            long[] shape = [.. sizes.Cast<long>()], strides = [.. steps.Cast<long>()];
            long last = offset, available = storageLength(key, kind);
            bool fits = offset >= 0 && offset < available && shape.Length <= 8 && TensorTable.Count(shape) is not null;
            for (int i = 0; fits && i < shape.Length; i++)
            {
                fits = strides[i] >= 0 && strides[i] <= int.MaxValue;
                last += (shape[i] - 1) * strides[i];
                fits &= last < available;
            }
            if (shape.Contains(0)) return;
            if (!fits || last >= available || TensorTable.Count(shape) > last - offset + 1)
                throw file.Broken($"the tensor '{path}' of shape [{string.Join(", ", shape)}] from element {offset} on lies outside its "
                    + $"storage '{key}' of {available} elements");
            table.Add(path, shape, FilterLayout.OutputInputHeightWidth, () =>
                Strided(read(key, offset, last - offset + 1, kind), shape, strides));
        }
    }

    /// <summary>The type of the elements of a storage class; null where they are no floating-point numbers.</summary>
    public static ElementKind? Kind(string storage) => storage switch
    {
        "FloatStorage" => ElementKind.Float32,
        "DoubleStorage" => ElementKind.Float64,
        "HalfStorage" => ElementKind.Float16,
        "BFloat16Storage" => ElementKind.BFloat16,
        _ => null,
    };

    private static float[] Strided(float[] values, long[] shape, long[] strides)
    {
        long expected = 1;
        bool dense = true;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            dense &= shape[i] == 1 || strides[i] == expected;
            expected *= shape[i];
        }
        if (dense) return values;
        float[] result = new float[expected];
        long[] index = new long[shape.Length];
        for (int n = 0; n < result.Length; n++)
        {
            long at = 0;
            for (int i = 0; i < index.Length; i++) at += index[i] * strides[i];
            result[n] = values[at];
            for (int i = index.Length - 1; i >= 0 && ++index[i] == shape[i]; i--) index[i] = 0;
        }
        return result;
    }
}
