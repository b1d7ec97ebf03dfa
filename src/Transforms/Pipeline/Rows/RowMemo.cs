using Microsoft.ML;

namespace MLNetStyle.Pipeline;

/// <summary>A value that is computed once a row, however many getters read it. A row without a position is computed every time.</summary>
internal sealed class RowMemo<T>(DataViewRow row, Func<T> compute)
{
    private long _position = -1;
    private T? _value;

    public T Value
    {
        get
        {
            long position = row.Position;
            if (position >= 0 && position == _position) return _value!;
            _position = -1;
            _value = compute();
            _position = position;
            return _value;
        }
    }
}
