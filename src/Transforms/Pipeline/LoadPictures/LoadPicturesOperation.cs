using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(LoadPicturesOperation.Kind, typeof(LoadPicturesOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>The image of a picture file.</summary>
internal sealed class LoadPicturesOperation(string folder, PictureReadOptions options) : FileOperation
{
    public const string Kind = "LoadPictures";

    public static LoadPicturesOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        try
        {
            return new(saved.Folder, new PictureReadOptions
            {
                MaxPixels = saved.MaxPixels,
                AcceptTruncated = saved.AcceptTruncated,
                LongerSide = saved.LongerSide
            });
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException(
                $"The options of a saved LoadPictures are out of range: {e.Message} The model file is damaged.", e);
        }
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture that can be read, or the path is empty.</exception>
    public override MLImage Apply(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InvalidDataException("the path is empty");
        MLImage image = ImagePixels.ToImage(PictureReader.Read(Path.Combine(folder, path), "picture", options));
        image.Tag = path; // as ML.NET's LoadImages does; what fails later is named by it
        return image;
    }

    public override SavedState Save() => new(OperationJson.Write(new Saved(Kind, folder, options.MaxPixels, options.AcceptTruncated,
        options.LongerSide)), []);

    private sealed record Saved(string Operation, string Folder, long MaxPixels, bool AcceptTruncated, int LongerSide);
}
