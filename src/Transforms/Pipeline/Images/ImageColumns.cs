using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle;

/// <summary>
/// Makes image columns known to ML.NET as members of type <see cref="MLImage"/>, so that <c>LoadFromEnumerable</c>,
/// <c>CreateEnumerable</c> and prediction engines take classes with such a member.
/// </summary>
/// <remarks>
/// ML.NET knows an image member by its <c>[ImageType(height, width)]</c> alone until somebody registers the others, once a process. The
/// transformers of this library register images without a size, and the sizes of the pictures that they make; a program that reads or
/// writes such rows before a transformer is there, or reads sized columns of a loaded model, calls this first. Calling it again does
/// nothing. Safe for use by several threads.
/// </remarks>
public static class ImageColumns
{
    /// <summary>Registers images without a size, as <c>LoadPictures</c> and <c>LoadImages</c> make them.</summary>
    /// <exception cref="InvalidOperationException">The program has registered <see cref="MLImage"/>, or images without a size, as
    /// something else.</exception>
    public static void Register() => Register(new ImageDataViewType(), null);

    /// <summary>Registers images of one size, as <c>ResizeImages</c> makes them, so that a plain member takes them as well.</summary>
    /// <param name="width">The columns' width in pixels, 1 or more.</param>
    /// <param name="height">The columns' height in pixels, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The program has registered images of this size as something else.</exception>
    public static void Register(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Register(new ImageDataViewType(height, width), new ImageTypeAttribute(height, width));
    }

    /// <summary>Registers images of a type where that is possible; what a program has registered itself stays.</summary>
    internal static void TryRegister(ImageDataViewType type)
    {
        try
        {
            if (type.Width > 0 && type.Height > 0) Register(type.Width, type.Height);
            else Register();
        }
        catch (InvalidOperationException)
        {
            // Rows can't be bound to such a member then, which nobody has asked for here.
        }
    }

    private static void Register(ImageDataViewType type, DataViewTypeAttribute? attribute)
    {
        try
        {
            DataViewTypeManager.Register(type, typeof(MLImage), attribute);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"Columns of type {type} can't be bound to members of type MLImage, because this program has registered one of them "
                    + $"otherwise: {e.Message} Leave its own DataViewTypeManager.Register for images out.", e);
        }
    }
}
