namespace MLNetStyle.Networks;

/// <summary>Arrays whose first index runs fastest: MATLAB's and Fortran's.</summary>
internal static class ColumnMajor
{
    /// <summary>The same values with the last index running fastest.</summary>
    public static float[] ToRowMajor(float[] values, long[] shape)
    {
        float[] result = new float[values.Length];
        long[] index = new long[shape.Length], steps = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--) (steps[i], step) = (step, step * shape[i]);
        long at = 0;
        foreach (float value in values)
        {
            result[at] = value;
            for (int i = 0; i < index.Length; i++)
            {
                at += steps[i];
                if (++index[i] < shape[i]) break;
                at -= steps[i] * shape[i];
                index[i] = 0;
            }
        }
        return result;
    }
}
