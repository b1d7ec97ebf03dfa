using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Pipeline;

/// <summary>Emits the key of the state; ML.NET makes it when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class KeyFactory : CustomMappingFactory<NoColumns, StateKey>
{
    internal const string Contract = "MLNetStyle.Key";

    /// <inheritdoc/>
    public override Action<NoColumns, StateKey> GetMapping() => Map;

    internal static void Map(NoColumns source, StateKey result) => result.Value = 1;
}

/// <summary>Makes an image of a file; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PathToImageFactory : CustomMappingFactory<OnePath, ImageResult>
{
    internal const string Contract = "MLNetStyle.PathToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public PathToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<OnePath, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
        {
            MLImage image = cache.Use(source.Options, source.State, (FileOperation operation) => Read(operation, source.Path.ToString()));
            result.Value?.Dispose();
            result.Value = image;
        };
    }

    private static MLImage Read(FileOperation operation, string path)
    {
        try
        {
            return operation.Apply(path);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            throw new ImageReadException($"Column '{operation.Column}': {e.Message}", e) { NamesFile = !string.IsNullOrWhiteSpace(path) };
        }
    }
}

/// <summary>Makes an image of an image; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImageToImageFactory : CustomMappingFactory<OneImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.ImageToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<OneImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
            SavedImages.Set(result,
                cache.Use(source.Options, source.State, (ImageOperation operation) =>
                    SavedImages.Work(source.Image, operation.Column, image => operation.Apply(image, null))));
    }
}

/// <summary>Makes an image of an image and weights; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class WeightedToImageFactory : CustomMappingFactory<WeightedImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.WeightedToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public WeightedToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<WeightedImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => SavedImages.Set(
            result, cache.Use(source.Options, source.State, (WeightedImageOperation operation) =>
                SavedImages.Work(source.Image, operation.Column, image => operation.Apply(image, source.Weights ?? []))));
    }
}

/// <summary>Makes an image of two images; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImagesToImageFactory : CustomMappingFactory<TwoImages, ImageResult>
{
    internal const string Contract = "MLNetStyle.ImagesToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImagesToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<TwoImages, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => SavedImages.Set(
            result, cache.Use(source.Options, source.State, (ImageOperation operation) =>
                SavedImages.Work(source.Image, operation.Column, image => operation.Apply(image, SavedImages.Read(source.Second)))));
    }
}

/// <summary>Makes an image of an image and its masks; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MaskedToImageFactory : CustomMappingFactory<MaskedImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.MaskedToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskedToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<MaskedImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
            SavedImages.Set(result, cache.Use(source.Options, source.State, (MaskedImageOperation operation) =>
                SavedImages.Work(source.Image, operation.Column, image =>
                    operation.Apply(image, null, MaskBundle.Read(source.Masks ?? MaskBundle.Empty)))));
    }
}

/// <summary>Makes an image of two images and the first one's masks; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MaskedPairToImageFactory : CustomMappingFactory<MaskedImages, ImageResult>
{
    internal const string Contract = "MLNetStyle.MaskedPairToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskedPairToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<MaskedImages, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
            SavedImages.Set(result, cache.Use(source.Options, source.State, (MaskedImageOperation operation) =>
                SavedImages.Work(source.Image, operation.Column, image =>
                    operation.Apply(image, SavedImages.Read(source.Second), MaskBundle.Read(source.Masks ?? MaskBundle.Empty)))));
    }
}

/// <summary>Makes a number of two images; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImagesToNumberFactory : CustomMappingFactory<TwoImages, NumberResult>
{
    internal const string Contract = "MLNetStyle.ImagesToNumber";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImagesToNumberFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<TwoImages, NumberResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => result.Value =
            cache.Use(source.Options, source.State, (NumberOperation operation) =>
                SavedImages.Work(source.Image, operation.Column, image => operation.Apply(image, SavedImages.Read(source.Second))));
    }
}

/// <summary>Makes vectors of an image; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImageToVectorsFactory : CustomMappingFactory<OneImage, VectorResults>
{
    internal const string Contract = "MLNetStyle.ImageToVectors";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToVectorsFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<OneImage, VectorResults> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
        {
            (ReadOnlyMemory<char> options, float[]? state, MLImage? image) = (source.Options, source.State, source.Image);
            result.Set(wanted => cache.Use(options, state, (VectorOperation operation) =>
                SavedImages.Work(image, operation.Column, pixels => operation.Apply(pixels, wanted))));
        };
    }
}

/// <summary>Makes a vector of a vector; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class VectorToVectorFactory : CustomMappingFactory<OneVector, VectorResults>
{
    internal const string Contract = "MLNetStyle.VectorToVector";

    /// <inheritdoc/>
    public override Action<OneVector, VectorResults> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
        {
            float[] values = cache.Use(source.Options, source.State, (FeatureOperation operation) => operation.Apply(source.Vector ?? []));
            result.Set(_ => [values]);
        };
    }
}

/// <summary>Adds a mask to those of a row; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MaskFactory : CustomMappingFactory<MaskAndBundle, MoreMasks>
{
    internal const string Contract = "MLNetStyle.Mask";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<MaskAndBundle, MoreMasks> GetMapping() =>
        (source, result) => result.Masks = MaskBundle.Append(source.Masks ?? MaskBundle.Empty, SavedImages.Read(source.Mask).Color);
}

/// <summary>Makes an image of extracted bytes; ML.NET makes the factory when it loads a model.</summary>
/// <remarks>A column of images whose type carries a size does not bind to an image member, so it takes this way.</remarks>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class UnsizeFactory : CustomMappingFactory<ImageBytes, UnsizedImage>
{
    internal const string Contract = "MLNetStyle.Unsize";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public UnsizeFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<ImageBytes, UnsizedImage> GetMapping() => Map;

    internal static void Map(ImageBytes source, UnsizedImage result)
    {
        PixelLayout layout = PixelLayout.Read(source.Layout ?? []);
        result.Image?.Dispose();
        // ExtractPixels gives no value at all where there is no image.
        result.Image = source.Bytes.GetValues().IsEmpty ? null
            : layout.ToImage(source.Bytes.IsDense ? source.Bytes.GetValues() : source.Bytes.DenseValues().ToArray());
    }
}

/// <summary>Gives an image the path of its row, for messages; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TagFactory : CustomMappingFactory<ImageAndPath, UnsizedImage>
{
    internal const string Contract = "MLNetStyle.Tag";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public TagFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<ImageAndPath, UnsizedImage> GetMapping() => (source, result) =>
    {
        if (source.Image is not null) source.Image.Tag = source.Path.ToString();
        result.Image = source.Image;
    };
}
