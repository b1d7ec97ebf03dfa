using System.Reflection;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) =>
        GetColumn<T>(data ?? throw new ArgumentNullException(nameof(data)), data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        Type asked = typeof(T), raw = column.Type.RawType;
        if (asked == raw) return Values<T, T>(data, column, value => value);
        if (asked == typeof(string) && column.Type is TextDataViewType)
        {
            return (IEnumerable<T>)Values<ReadOnlyMemory<char>, string>(data, column, value => value.ToString());
        }

        if (asked.IsArray && column.Type is VectorDataViewType vector)
        {
            if (asked == typeof(string[]) && vector.ItemType is TextDataViewType)
            {
                return (IEnumerable<T>)Values<VBuffer<ReadOnlyMemory<char>>, string[]>(data, column, value => [.. value.DenseValues().Select(v => v.ToString())]);
            }

            if (asked.GetElementType() == vector.ItemType.RawType)
            {
                MethodInfo arrays = typeof(ColumnCursorExtensions).GetMethod(nameof(Arrays), BindingFlags.NonPublic | BindingFlags.Static);
                return (IEnumerable<T>)arrays.MakeGenericMethod(vector.ItemType.RawType).Invoke(null, [data, column]);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(T), $"Could not map a data view column '{column.Name}' of type {column.Type} to {asked}.");
    }

    private static IEnumerable<TItem[]> Arrays<TItem>(IDataView data, DataViewSchema.Column column) =>
        Values<VBuffer<TItem>, TItem[]>(data, column, value => [.. value.DenseValues()]);

    private static IEnumerable<TResult> Values<TValue, TResult>(IDataView data, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TValue> get = cursor.GetGetter<TValue>(column);
        TValue value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            yield return convert(value);
        }
    }
}
