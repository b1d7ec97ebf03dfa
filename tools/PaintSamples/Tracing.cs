using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>What scenes of distance functions share: the camera and the normals of surfaces.</summary>
internal static class Tracing
{
    /// <summary>Colours every pixel by the ray that a camera sends through it, and its place from the middle, in heights.</summary>
    public static void Fill(Canvas canvas, Vector3 eye, Vector3 target, float focal, Func<Vector3, Vector2, Vector3> colour)
    {
        Vector3 forward = Vector3.Normalize(target - eye), right = Vector3.Normalize(Vector3.Cross(Vector3.UnitY, forward)),
            up = Vector3.Cross(forward, right);
        float middle = canvas.Aspect / 2;
        canvas.Fill((x, y) => colour(Vector3.Normalize((forward * focal) + (right * (x - middle)) + (up * (0.5f - y))),
            new(x - middle, y - 0.5f)));
    }

    /// <summary>The normal of the surface that a place lies on, by differences over a step.</summary>
    public static Vector3 Normal(Vector3 p, float step, Func<Vector3, float> distance)
    {
        Vector3 sum = default;
        foreach (Vector3 k in (ReadOnlySpan<Vector3>)[new(1, -1, -1), new(-1, -1, 1), new(-1, 1, -1), new(1, 1, 1)])
            sum += k * distance(p + (k * step));
        return Vector3.Normalize(sum);
    }
}
