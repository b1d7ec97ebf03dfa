using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>The values of the added columns of one row or cursor. What is costly is computed once a row and shared by all
/// getters.</summary>
internal abstract class RowValues : IDisposable
{
    /// <summary>A new <c>ValueGetter</c> of the added column.</summary>
    public abstract Delegate Getter(int added);

    /// <summary>Reads what the row that a cursor has just moved to is made of; called where rows can be left out.</summary>
    /// <exception cref="ImageReadException">The row can't be worked on.</exception>
    public virtual void Check()
    {
    }

    public virtual void Dispose()
    {
    }
}

internal static class VectorGetter
{
    /// <summary>A getter that copies a row's vector into the caller's buffer.</summary>
    public static ValueGetter<VBuffer<float>> Create(Func<float[]> values) => (ref VBuffer<float> value) =>
    {
        float[] next = values();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, next.Length);
        next.CopyTo(editor.Values);
        value = editor.Commit();
    };
}
