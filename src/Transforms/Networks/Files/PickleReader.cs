using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MLNetStyle.Networks;

/// <summary>
/// Reads the part of Python's pickle format that state dicts are written in: dictionaries, lists, tuples, texts, numbers, and calls by
/// name.
/// </summary>
/// <remarks>
/// Nothing is constructed but these: a name stays a name (<see cref="PickleName"/>), and a call stays a record of what would be called with
/// what (<see cref="PickleCall"/>), so that a file can't run anything. Not safe for use by several threads.
/// </remarks>
internal sealed class PickleReader(byte[] bytes, FileBytes file, string place)
{
    private const int MaximumDepth = 1 << 16, MaximumValues = 2_000_000;
    private static readonly object s_mark = new();
    private static readonly object s_none = new();
    private readonly List<object> _stack = [];
    private readonly Dictionary<long, object> _memo = [];
    private int _at, _values;

    /// <summary>Where the next pickle begins.</summary>
    public int Position => _at;

    /// <summary>What the pickles refer to outside themselves, in the order in which it is met.</summary>
    public List<PickleReference> References { get; } = [];

    /// <summary>Python's None.</summary>
    public static object None => s_none;

    /// <summary>Reads one pickle, to its end.</summary>
    /// <param name="at">Where it begins.</param>
    /// <exception cref="InvalidDataException">It is cut short, or has an opcode that state dicts do not use.</exception>
    public object Read(int at)
    {
        _at = at;
        _stack.Clear();
        _memo.Clear();
        while (true)
        {
            int start = _at;
            byte opcode = Byte();
            if (opcode == (byte)'.') return Pop();
            if (++_values > MaximumValues) throw Broken(start, $"it has more than {MaximumValues} values");
            if (_stack.Count > MaximumDepth) throw Broken(start, $"more than {MaximumDepth} values wait on the stack");
            Execute(opcode, start);
        }
    }

    private void Execute(byte opcode, int start)
    {
        switch (opcode)
        {
            case 0x80: Byte(); break; // PROTO
            case 0x95: Skip(8); break; // FRAME
            case (byte)'(': _stack.Add(s_mark); break;
            case (byte)'}': _stack.Add(new PickleDictionary()); break;
            case (byte)']': _stack.Add(new List<object>()); break;
            case (byte)')': _stack.Add(Array.Empty<object>()); break;
            case (byte)'N': _stack.Add(s_none); break;
            case 0x88: _stack.Add(true); break;
            case 0x89: _stack.Add(false); break;
            case (byte)'K': _stack.Add((long)Byte()); break;
            case (byte)'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case (byte)'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 0x8a: _stack.Add(Long(Take(Byte()))); break;
            case (byte)'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': _stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 0x8c: _stack.Add(Text(Byte())); break;
            case (byte)'T': _stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'U': _stack.Add(Text(Byte())); break;
            case (byte)'C': _stack.Add(Text(Byte())); break;
            case (byte)'B': _stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'q': _memo[Byte()] = Top(); break;
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case 0x94: _memo[_memo.Count] = Top(); break;
            case (byte)'h': _stack.Add(Remembered(Byte(), start)); break;
            case (byte)'j': _stack.Add(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), start)); break;
            case (byte)'c': _stack.Add(new PickleName(Line(), Line())); break;
            case 0x93: { string name = Pop<string>(start), module = Pop<string>(start); _stack.Add(new PickleName(module, name)); break; }
            case (byte)'t': _stack.Add(FromMark(start)); break;
            case 0x85: _stack.Add(Last(1)); break;
            case 0x86: _stack.Add(Last(2)); break;
            case 0x87: _stack.Add(Last(3)); break;
            case (byte)'Q': { PickleReference reference = new(Pop()); References.Add(reference); _stack.Add(reference); break; }
            case (byte)'R' or 0x81: { object arguments = Pop(); _stack.Add(Call(Pop(), arguments)); break; }
            case (byte)'b': Pop(); Top(); break; // the state of an object: nothing that a tensor needs
            case (byte)'a': { object item = Pop(); Append([item], start); break; }
            case (byte)'e': Append(FromMark(start), start); break;
            case (byte)'s': { object value = Pop(), key = Pop(); Set([key, value], start); break; }
            case (byte)'u': Set(FromMark(start), start); break;
            default:
                throw Broken(start, $"the opcode 0x{opcode:x2} stands where a state dict has none. Save the state dict alone: "
                    + $"torch.save(model.state_dict(), FILE)");
        }
    }

    private static object Call(object function, object arguments) =>
        function is PickleName { Module: "collections", Name: "OrderedDict" } && arguments is object[] { Length: 0 }
            ? new PickleDictionary()
            : new PickleCall(function as PickleName ?? new PickleName("", ""), arguments as object[] ?? []);

    private void Append(object[] items, int start)
    {
        // What an unknown object holds is nobody's business here.
        if (Top() is List<object> list) list.AddRange(items);
        else if (Top() is not PickleCall) throw Broken(start, "something is appended to what is no list");
    }

    private void Set(object[] pairs, int start)
    {
        if (pairs.Length % 2 != 0) throw Broken(start, "a dictionary's key has no value");
        if (Top() is PickleDictionary dictionary)
            for (int i = 0; i < pairs.Length; i += 2) dictionary.Entries.Add((pairs[i], pairs[i + 1]));
        else if (Top() is not PickleCall) throw Broken(start, "an entry is set in what is no dictionary");
    }

    private object Remembered(long key, int start) => _memo.TryGetValue(key, out object? value) ? value
        : throw Broken(start, $"the value {key} is called for before it was made");

    private object[] FromMark(int start)
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0) throw Broken(start, "a group ends that never began");
        object[] items = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private object[] Last(int count)
    {
        object[] items = new object[count];
        for (int i = count - 1; i >= 0; i--) items[i] = Pop();
        return items;
    }

    private object Top() => _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw Broken(_at, "a value is missing");

    private object Pop()
    {
        object value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private T Pop<T>(int start) => Pop() is T value ? value : throw Broken(start, $"a value is no {typeof(T).Name}");

    private object Long(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > 8) return new PickleBigInteger(HexDigits.Of(digits));
        long value = 0;
        for (int i = digits.Length - 1; i >= 0; i--) value = (value << 8) | digits[i];
        return digits.Length is > 0 and < 8 && digits[^1] >= 0x80 ? value - (1L << (8 * digits.Length)) : value;
    }

    private string Text(uint length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int end = bytes.AsSpan(_at).IndexOf((byte)'\n');
        if (end < 0) throw Broken(_at, "a name does not end");
        string line = Encoding.UTF8.GetString(bytes, _at, end);
        _at += end + 1;
        return line;
    }

    private byte Byte() => Take(1)[0];

    private void Skip(int count) => Take((uint)count);

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > bytes.Length - _at) throw Broken(_at, string.Create(CultureInfo.InvariantCulture,
            $"{count} bytes are claimed of {bytes.Length - _at}"));
        _at += (int)count;
        return bytes.AsSpan(_at - (int)count, (int)count);
    }

    private InvalidDataException Broken(int at, string why) => file.Broken($"{place}, byte {at}: {why}");
}

/// <summary>A dictionary of a pickle, its entries in their order.</summary>
internal sealed class PickleDictionary
{
    public List<(object Key, object Value)> Entries { get; } = [];

    /// <summary>The last value of a key; null if there is none.</summary>
    public object? this[string key] => Entries.FindLast(e => e.Key is string text && text == key).Value;
}

/// <summary>The name of a class or function, which is not looked up.</summary>
internal sealed record PickleName(string Module, string Name);

/// <summary>A call, which is not made.</summary>
internal sealed record PickleCall(PickleName Function, object[] Arguments);

/// <summary>What lies outside the pickle: a storage.</summary>
internal sealed record PickleReference(object Id);

/// <summary>An integer of more than eight bytes, its digits from the lowest byte on.</summary>
internal sealed record PickleBigInteger(string Digits);
