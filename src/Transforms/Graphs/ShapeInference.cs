using Known = MLNetStyle.Graphs.ShapeTable.Known;

namespace MLNetStyle.Graphs;

/// <summary>How the operators' output shapes follow from their inputs; null where they don't.</summary>
internal static class ShapeInference
{
    /// <summary>The shape of a node's first output.</summary>
    public static string[]? Infer(Known node) => node.Operator switch
    {
        "Add" or "Sub" or "Mul" or "Div" or "Mod" or "Pow" or "Max" or "Min" or "Sum" or "Mean" or "Where" or "Equal" or "Greater"
            or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or" => Broadcast(node),
        "Relu" or "LeakyRelu" or "Sigmoid" or "Tanh" or "Sqrt" or "Exp" or "Log" or "Abs" or "Neg" or "Sign" or "Identity" or "Cast" or "Clip"
            or "Reciprocal" or "Floor" or "Ceil" or "Round" or "Not" or "Dropout" or "BatchNormalization" or "InstanceNormalization"
            or "LRN" or "PRelu" or "Elu" or "Selu" or "Celu" or "HardSigmoid" or "HardSwish" or "Softplus" or "Softsign" or "Erf"
            or "Mish" or "Gelu"
            or "ThresholdedRelu" or "LpNormalization" or "MeanVarianceNormalization" or "Sin" or "Cos" or "CumSum" or "Trilu" =>
                node.Shape(0),
        "Conv" => Convolve(node, node.Shape(1)),
        "MaxPool" or "AveragePool" => Pool(node),
        "ConvTranspose" => Deconvolve(node),
        "GlobalAveragePool" or "GlobalMaxPool" or "GlobalLpPool" => node.Shape(0) is { } x ? [.. x.Select((d, i) =>
            i < 2 ? d : "1")] : null,
        "SpaceToDepth" or "DepthToSpace" => Exchange(node),
        "MatMul" => Multiply(node.Shape(0), node.Shape(1), node.Name),
        "Gemm" => Gemm(node),
        "Transpose" => Transpose(node),
        "Reshape" => Reshape(node.Shape(0), node.Integers(1)),
        "Flatten" => Flatten(node),
        "Expand" => node.Integers(1) is { } sizes && node.Shape(0) is { } from ? Broadcast(from, sizes, node.Name) : null,
        "ReduceSum" or "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceSumSquare" => Reduce(node),
        "Shape" => ShapeOf(node) is { } s ? [$"{s.Length}"] : null,
        "Size" => [],
        "Concat" => Concat(node),
        "Slice" => Slice(node),
        "Gather" => Gather(node),
        "Unsqueeze" => Unsqueeze(node),
        "Squeeze" => Squeeze(node),
        "Pad" => Pad(node),
        "Resize" => Resize(node),
        "Range" => [$"{node.Name}.0"],
        "ScatterND" or "ScatterElements" or "EyeLike" => node.Shape(0),
        _ => null,
    };

    /// <summary>The integers in a node's first output, for the operators that compute shapes.</summary>
    public static string[]? Integers(Known node) => node.Operator switch
    {
        "Shape" => ShapeOf(node),
        "Identity" or "Cast" or "Unsqueeze" or "Squeeze" or "Reshape" => node.Integers(0),
        "Size" => node.Shape(0) is { } s ? [s.Aggregate("1", Times)] : null,
        "Concat" => Enumerable.Range(0, node.Inputs).Select(node.Integers).ToArray() is var parts && parts.All(p => p is not null)
            ? [.. parts.SelectMany(p => p!)] : null,
        "Gather" => node.Integers(0) is { } all && Numbers(node.Integers(1)) is { } at && at.All(i => i < all.Length && i >= -all.Length)
            ? [.. at.Select(i => all[i < 0 ? i + all.Length : i])] : null,
        "Slice" => SliceIntegers(node),
        "Mul" => node.Integers(0) is [var a] && node.Integers(1) is [var b] ? [Times(a, b)] : null,
        _ => null,
    };

    private static long[]? Numbers(string[]? values) => ShapeTable.Numbers(values);

    private static string Times(string a, string b) =>
        long.TryParse(a, out long n) && long.TryParse(b, out long m) ? $"{n * m}" : a == "1" ? b : b == "1" ? a : $"({a}*{b})";

    private static string Plus(string a, long n) => n == 0 ? a : long.TryParse(a, out long m) ? $"{m + n}" : $"({a}{n:+0;-0})";

    private static string Over(string a, long n) => n == 1 ? a : long.TryParse(a, out long m) ? $"{(m >= 0 ? m / n : -((n - 1 - m) / n))}" : $"({a}/{n})";

    private static string[]? Broadcast(Known node)
    {
        string[]? shape = node.Shape(0);
        for (int i = 1; i < node.Inputs && shape is not null; i++) shape = node.Shape(i) is { } next ? Broadcast(shape, next, node.Name)
            : null;
        return shape;
    }

    private static string[] Broadcast(string[] a, string[] b, string name)
    {
        string[] result = new string[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            string x = i <= a.Length ? a[^i] : "1", y = i <= b.Length ? b[^i] : "1";
            result[^i] = x == y || y == "1" ? x : x == "1" || long.TryParse(y, out _) ? y : long.TryParse(x, out _) ? x
                : $"{name}.{result.Length - i}";
        }
        return result;
    }

    private static string[]? Convolve(Known node, string[]? weight)
    {
        if (node.Shape(0) is not { } x || weight is null || weight.Length != x.Length) return null;
        long[]? kernel = Numbers(weight[2..]);
        return kernel is null ? null : [x[0], weight[0], .. Windows(node, x, kernel, ceiling: false)];
    }

    private static string[]? Exchange(Known node)
    {
        if (node.Shape(0) is not { Length: 4 } x) return null;
        long side = node.Int("blocksize", 1), square = side * side;
        return node.Operator == "SpaceToDepth"
            ? [x[0], Times(x[1], $"{square}"), Over(x[2], side), Over(x[3], side)]
            : [x[0], Over(x[1], square), Times(x[2], $"{side}"), Times(x[3], $"{side}")];
    }

    private static string[]? Pool(Known node) =>
        node.Shape(0) is { } x && node.Ints("kernel_shape") is { } kernel && kernel.Length == x.Length - 2
            ? [x[0], x[1], .. Windows(node, x, kernel, node.Int("ceil_mode", 0) != 0)]
            : null;

    private static string[] Windows(Known node, string[] x, long[] kernel, bool ceiling)
    {
        int n = kernel.Length;
        long[] strides = node.Ints("strides") ?? [.. kernel.Select(_ => 1L)], dilations = node.Ints("dilations")
            ?? [.. kernel.Select(_ => 1L)];
        long[] pads = node.Ints("pads") ?? new long[2 * n];
        string auto = node.Text("auto_pad", "NOTSET");
        string[] result = new string[n];
        if (strides.Length != n || dilations.Length != n
            || pads.Length != 2 * n) return [.. result.Select((_, i) => $"{node.Name}.{i + 2}")];
        for (int i = 0; i < n; i++)
        {
            if (auto.StartsWith("SAME", StringComparison.Ordinal)) result[i] = Over(Plus(x[i + 2], strides[i] - 1), strides[i]);
            else if (ceiling) result[i] = long.TryParse(x[i + 2], out long size)
                ? $"{Ceiled(size, pads[i], pads[i + n], dilations[i] * (kernel[i] - 1) + 1, strides[i])}" : $"{node.Name}.{i + 2}";
            else result[i] = Plus(Over(Plus(x[i + 2], pads[i] + pads[i + n] - dilations[i] * (kernel[i] - 1) - 1), strides[i]), 1);
        }
        for (int i = 0; i < n; i++)
        {
            // "(H-2)/2+1" and "H/2" are the same size under two names; the plain one is what other operators would derive.
            if (strides[i] == 1 && !ceiling && pads[i] + pads[i + n] == dilations[i] * (kernel[i] - 1)) result[i] = x[i + 2];
        }
        return result;
    }

    /// <summary>With a ceiling; a window that would begin in the padding behind the end is none.</summary>
    private static long Ceiled(long size, long before, long after, long window, long stride)
    {
        long count = (size + before + after - window + stride - 1) / stride + 1;
        return (count - 1) * stride >= size + before ? count - 1 : count;
    }

    private static string[]? Deconvolve(Known node)
    {
        if (node.Shape(0) is not { Length: 4 } x || Numbers(node.Shape(1)) is not { Length: 4 } weight) return null;
        long[] strides = node.Ints("strides") ?? [1, 1], dilations = node.Ints("dilations") ?? [1, 1], pads = node.Ints("pads") ?? [0, 0,
            0, 0],
            more = node.Ints("output_padding") ?? [0, 0];
        string[] result = [x[0], $"{weight[1] * node.Int("group", 1)}", $"{node.Name}.2", $"{node.Name}.3"];
        if (node.Ints("output_shape") is not null || node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID") || strides.Length != 2
            || dilations.Length != 2 || pads.Length != 4 || more.Length != 2) return result;
        for (int i = 0; i < 2; i++)
            if (long.TryParse(x[i + 2], out long size))
                result[i + 2] = $"{(size - 1) * strides[i] + more[i] + dilations[i] * (weight[i + 2] - 1) + 1 - pads[i] - pads[i + 2]}";
        return result;
    }

    private static string[]? Multiply(string[]? a, string[]? b, string name)
    {
        if (a is null || b is null || a.Length < 2 || b.Length < 2) return null;
        return [.. Broadcast(a[..^2], b[..^2], name), a[^2], b[^1]];
    }

    private static string[]? Gemm(Known node) => node.Shape(0) is { Length: 2 } a && node.Shape(1) is { Length: 2 } b
        ? [a[node.Int("transA", 0) != 0 ? 1 : 0], b[node.Int("transB", 0) != 0 ? 0 : 1]] : null;

    private static string[]? Transpose(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        long[] permutation = node.Ints("perm") ?? [.. Enumerable.Range(0, x.Length).Reverse().Select(i => (long)i)];
        return permutation.Length == x.Length ? [.. permutation.Select(i => x[i])] : null;
    }

    private static string[]? Reshape(string[]? x, string[]? shape)
    {
        if (shape is null) return null;
        string[] result = [.. shape];
        for (int i = 0; i < result.Length; i++)
        {
            if (result[i] != "0") continue;
            if (x is null || i >= x.Length) return null;
            result[i] = x[i];
        }
        int free = Array.IndexOf(result, "-1");
        if (free < 0) return result;
        if (x is null) return null;
        List<string> left = [.. x];
        foreach (string d in result)
        {
            if (d != "-1" && !long.TryParse(d, out _) && !left.Remove(d)) return [.. result[..free],
                $"?{string.Join('*', x)}/{string.Join('*', result)}", .. result[(free + 1)..]];
        }
        long numerator = 1, denominator = 1;
        foreach (string d in result) if (d != "-1" && long.TryParse(d, out long n)) denominator *= n;
        foreach (string d in left) if (long.TryParse(d, out long n)) numerator *= n;
        string symbols = left.Where(d => !long.TryParse(d, out _)).Aggregate("1", Times);
        if (denominator == 0) return null;
        result[free] = numerator % denominator == 0 ? Times(symbols, $"{numerator / denominator}")
            : Over(Times(symbols, $"{numerator}"), denominator);
        return result;
    }

    private static string[]? Flatten(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        int axis = (int)node.Int("axis", 1);
        if (axis < 0) axis += x.Length;
        return [x[..axis].Aggregate("1", Times), x[axis..].Aggregate("1", Times)];
    }

    private static string[]? Reduce(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        long[]? axes = node.Ints("axes") ?? Numbers(node.Integers(1));
        if (axes is null && node.Has(1)) return null;
        if (axes is null or [])
        {
            if (node.Int("noop_with_empty_axes", 0) != 0) return x;
            axes = [.. Enumerable.Range(0, x.Length).Select(i => (long)i)];
        }
        HashSet<long> gone = [.. axes.Select(a => a < 0 ? a + x.Length : a)];
        return node.Int("keepdims", 1) != 0 ? [.. x.Select((d, i) => gone.Contains(i) ? "1" : d)]
            : [.. x.Where((_, i) => !gone.Contains(i))];
    }

    private static string[]? ShapeOf(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        long start = node.Int("start", 0), end = node.Int("end", x.Length);
        int first = (int)Math.Clamp(start < 0 ? start + x.Length : start, 0, x.Length),
            last = (int)Math.Clamp(end < 0 ? end + x.Length : end, 0, x.Length);
        return first <= last ? x[first..last] : [];
    }

    private static string[]? Concat(Known node)
    {
        if (node.Shape(0) is not { } first) return null;
        long axis = node.Int("axis", 0);
        int at = (int)(axis < 0 ? axis + first.Length : axis);
        string[] result = [.. first];
        for (int i = 1; i < node.Inputs; i++)
        {
            if (node.Shape(i) is not { } next || next.Length != first.Length) return null;
            result[at] = long.TryParse(next[at], out long n) ? Plus(result[at], n)
                : long.TryParse(result[at], out long m) ? Plus(next[at], m) : $"({result[at]}+{next[at]})";
        }
        return result;
    }

    private static string[]? Slice(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        string[] result = [.. x];
        long[]? starts = Numbers(node.Integers(1)), ends = Numbers(node.Integers(2)), steps = node.Has(4) ? Numbers(node.Integers(4))
            : null;
        long[]? axes = node.Has(3) ? Numbers(node.Integers(3)) : [.. Enumerable.Range(0, x.Length).Select(i => (long)i)];
        if (axes is null) return [.. x.Select((_, i) => $"{node.Name}.{i}")];
        for (int i = 0; i < axes.Length && (starts is null || i < starts.Length); i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + x.Length : axes[i]);
            result[axis] = starts is not null && ends is not null && (!node.Has(4) || steps is not null)
                ? Sliced(x[axis], starts[i], ends[i], steps?[i] ?? 1) ?? $"{node.Name}.{axis}"
                : $"{node.Name}.{axis}";
        }
        return result;
    }

    private static string? Sliced(string size, long start, long end, long step)
    {
        if (long.TryParse(size, out long n))
        {
            long from = start < 0 ? start + n : start, to = end < 0 ? Math.Max(end + n, -1) : end;
            (from, to) = step > 0 ? (Math.Clamp(from, 0, n), Math.Clamp(to, 0, n))
                : (Math.Clamp(from, 0, n - 1), Math.Clamp(to, -1, n - 1));
            return $"{Math.Max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step)}";
        }
        return start == 0 && end > int.MaxValue && step == 1 ? size : null;
    }

    private static string[]? SliceIntegers(Known node)
    {
        if (node.Integers(0) is not { } all || Numbers(node.Integers(1)) is not [var start]
            || Numbers(node.Integers(2)) is not [var end]) return null;
        if (node.Has(4) && Numbers(node.Integers(4)) is not [1]) return null;
        int from = (int)Math.Clamp(start < 0 ? start + all.Length : start, 0, all.Length),
            to = (int)Math.Clamp(end < 0 ? end + all.Length : end, 0, all.Length);
        return from <= to ? all[from..to] : [];
    }

    private static string[]? Gather(Known node)
    {
        if (node.Shape(0) is not { } x || node.Shape(1) is not { } indices) return null;
        long axis = node.Int("axis", 0);
        int at = (int)(axis < 0 ? axis + x.Length : axis);
        return [.. x[..at], .. indices, .. x[(at + 1)..]];
    }

    private static string[]? Unsqueeze(Known node)
    {
        if (node.Shape(0) is not { } x || (node.Ints("axes") ?? Numbers(node.Integers(1))) is not { } axes) return null;
        int rank = x.Length + axes.Length;
        HashSet<long> added = [.. axes.Select(a => a < 0 ? a + rank : a)];
        Queue<string> rest = new(x);
        return [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? "1" : rest.Dequeue())];
    }

    private static string[]? Squeeze(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        long[]? axes = node.Ints("axes") ?? Numbers(node.Integers(1));
        if (axes is null) return node.Has(1) || Numbers(x) is null ? null : [.. x.Where(d => d != "1")];
        HashSet<long> gone = [.. axes.Select(a => a < 0 ? a + x.Length : a)];
        return [.. x.Where((_, i) => !gone.Contains(i))];
    }

    private static string[]? Pad(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        long[]? pads = node.Ints("pads") ?? Numbers(node.Integers(1));
        long[]? axes = node.Has(3) ? Numbers(node.Integers(3)) : [.. Enumerable.Range(0, x.Length).Select(i => (long)i)];
        if (axes is null) return [.. x.Select((_, i) => $"{node.Name}.{i}")];
        string[] result = [.. x];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + x.Length : axes[i]);
            result[axis] = pads is null ? $"{node.Name}.{axis}" : Plus(x[axis], pads[i] + pads[i + axes.Length]);
        }
        return result;
    }

    private static string[]? Resize(Known node)
    {
        if (node.Shape(0) is not { } x) return null;
        if (node.Integers(3) is { } sizes && sizes.Length == x.Length) return sizes;
        if (Numbers(x) is { } numbers && node.Floats(2) is { } scales && scales.Length == x.Length)
            return [.. numbers.Select((n, i) => $"{(long)Math.Floor(n * (double)scales[i])}")];
        return [.. x.Select((_, i) => $"{node.Name}.{i}")];
    }
}
