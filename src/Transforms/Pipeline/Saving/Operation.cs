using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>
/// What a transformer computes of a row, apart from where the row comes from: the live transformer and a loaded model share it.
/// Safe for use by several threads.
/// </summary>
internal abstract class Operation : IDisposable
{
    /// <summary>The column that messages of a loaded model name.</summary>
    public string Column { get; set; } = "Image";

    /// <summary>Refuses an image that can't be worked on, before any work.</summary>
    /// <exception cref="ArgumentException">It can't; the message says why.</exception>
    public virtual void Check(ImagePixels image)
    {
    }

    /// <summary>Everything that is needed to make the operation again.</summary>
    public abstract SavedState Save();

    public virtual void Dispose()
    {
    }
}

/// <summary>An image of one or two images.</summary>
internal abstract class ImageOperation : Operation
{
    public abstract ImagePixels Apply(ImagePixels image, ImagePixels? second);
}

/// <summary>An image of one or two images and the first one's masks.</summary>
internal abstract class MaskedImageOperation : ImageOperation
{
    public abstract ImagePixels Apply(ImagePixels image, ImagePixels? second, IReadOnlyList<PlanarImage> masks);
}

/// <summary>An image of a file.</summary>
internal abstract class FileOperation : Operation
{
    public abstract MLImage Apply(string path);
}

/// <summary>An image of an image, by weights that may come with each row.</summary>
internal abstract class WeightedImageOperation : ImageOperation
{
    public abstract ImagePixels Apply(ImagePixels image, IReadOnlyList<float> weights);
}

/// <summary>Vectors of an image; a vector that is not wanted may be left empty.</summary>
internal abstract class VectorOperation : Operation
{
    public abstract float[][] Apply(ImagePixels image, IReadOnlyList<bool> wanted);
}

/// <summary>A number of two images.</summary>
internal abstract class NumberOperation : Operation
{
    public abstract float Apply(ImagePixels image, ImagePixels second);
}

/// <summary>A vector of a vector.</summary>
internal abstract class FeatureOperation : Operation
{
    public abstract float[] Apply(float[] values);
}
