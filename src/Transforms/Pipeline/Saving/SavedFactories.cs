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
    public PathToImageFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<OnePath, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
        {
            MLImage image = cache.Use(source.Options, source.State, (FileOperation operation) => operation.Apply(source.Path.ToString()));
            result.Value?.Dispose();
            result.Value = image;
        };
    }
}

/// <summary>Makes an image of an image; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImageToImageFactory : CustomMappingFactory<OneImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.ImageToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToImageFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<OneImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
            SavedImages.Set(result,
            cache.Use(source.Options, source.State, (ImageOperation operation) => operation.Apply(SavedImages.Read(source.Image), null)));
    }
}

/// <summary>Makes an image of an image and weights; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class WeightedToImageFactory : CustomMappingFactory<WeightedImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.WeightedToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public WeightedToImageFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<WeightedImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => SavedImages.Set(
            result, cache.Use(source.Options, source.State, (WeightedImageOperation operation) =>
                operation.Apply(SavedImages.Read(source.Image), source.Weights ?? [])));
    }
}

/// <summary>Makes an image of two images; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImagesToImageFactory : CustomMappingFactory<TwoImages, ImageResult>
{
    internal const string Contract = "MLNetStyle.ImagesToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImagesToImageFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<TwoImages, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => SavedImages.Set(
            result, cache.Use(source.Options, source.State, (ImageOperation operation) =>
                operation.Apply(SavedImages.Read(source.Image), SavedImages.Read(source.Second))));
    }
}

/// <summary>Makes an image of an image and its masks; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MaskedToImageFactory : CustomMappingFactory<MaskedImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.MaskedToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskedToImageFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<MaskedImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
            SavedImages.Set(result, cache.Use(source.Options, source.State, (MaskedImageOperation operation) => operation.Apply(
            SavedImages.Read(source.Image), null, MaskBundle.Read(source.Masks ?? MaskBundle.Empty))));
    }
}

/// <summary>Makes an image of two images and the first one's masks; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MaskedPairToImageFactory : CustomMappingFactory<MaskedImages, ImageResult>
{
    internal const string Contract = "MLNetStyle.MaskedPairToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskedPairToImageFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<MaskedImages, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
            SavedImages.Set(result, cache.Use(source.Options, source.State, (MaskedImageOperation operation) => operation.Apply(
            SavedImages.Read(source.Image), SavedImages.Read(source.Second), MaskBundle.Read(source.Masks ?? MaskBundle.Empty))));
    }
}

/// <summary>Makes a number of two images; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImagesToNumberFactory : CustomMappingFactory<TwoImages, NumberResult>
{
    internal const string Contract = "MLNetStyle.ImagesToNumber";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImagesToNumberFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<TwoImages, NumberResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => result.Value =
            cache.Use(source.Options, source.State, (NumberOperation operation) =>
                operation.Apply(SavedImages.Read(source.Image), SavedImages.Read(source.Second)));
    }
}

/// <summary>Makes vectors of an image; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImageToVectorsFactory : CustomMappingFactory<OneImage, VectorResults>
{
    internal const string Contract = "MLNetStyle.ImageToVectors";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToVectorsFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<OneImage, VectorResults> GetMapping()
    {
        OperationCache cache = new();
        bool[] all = [.. Enumerable.Repeat(true, VectorResults.Count)];
        return (source, result) =>
            result.Set(cache.Use(source.Options, source.State, (VectorOperation operation) =>
            operation.Apply(SavedImages.Read(source.Image), all)));
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
            result.Set([cache.Use(source.Options, source.State, (FeatureOperation operation) => operation.Apply(source.Vector ?? []))]);
    }
}

/// <summary>Adds a mask to those of a row; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MaskFactory : CustomMappingFactory<MaskAndBundle, MoreMasks>
{
    internal const string Contract = "MLNetStyle.Mask";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskFactory() => SavedImages.Register();

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
    public UnsizeFactory() => SavedImages.Register();

    /// <inheritdoc/>
    public override Action<ImageBytes, UnsizedImage> GetMapping() => Map;

    internal static void Map(ImageBytes source, UnsizedImage result)
    {
        PixelLayout layout = PixelLayout.Read(source.Layout ?? []);
        result.Image?.Dispose();
        result.Image = layout.ToImage(source.Bytes.IsDense ? source.Bytes.GetValues() : source.Bytes.DenseValues().ToArray());
    }
}
