using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

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
