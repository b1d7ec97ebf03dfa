using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(DecodeImagesOperation.Kind, typeof(DecodeImagesOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>The image of a picture file in memory.</summary>
internal sealed class DecodeImagesOperation(PictureReadOptions options) : BytesOperation
{
    public const string Kind = "DecodeImages";

    public static DecodeImagesOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        try
        {
            return new(new PictureReadOptions
            {
                MaxPixels = saved.MaxPixels,
                AcceptTruncated = saved.AcceptTruncated,
                LongerSide = saved.LongerSide
            });
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException($"The options of a saved {Kind} are out of range: {e.Message} The model file is damaged.", e);
        }
    }

    /// <exception cref="InvalidDataException">They are no picture that can be read.</exception>
    public override MLImage Apply(ReadOnlyMemory<byte> bytes) => ImagePixels.ToImage(PictureReader.Decode(bytes.ToArray(), options));

    public override SavedState Save() =>
        new(OperationJson.Write(new Saved(Kind, options.MaxPixels, options.AcceptTruncated, options.LongerSide)), []);

    private sealed record Saved(string Operation, long MaxPixels, bool AcceptTruncated, int LongerSide);
}
