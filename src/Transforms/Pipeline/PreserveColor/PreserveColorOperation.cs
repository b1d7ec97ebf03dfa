using MLNetStyle.Imaging;
using MLNetStyle.Portable;
using MLNetStyle.Stylization;

namespace MLNetStyle.Pipeline;

/// <summary>A styled image with the colours of its content.</summary>
internal sealed class PreserveColorOperation(PreserveColorMode mode) : ImageOperation
{
    public const string Kind = "PreserveColor";

    public static PreserveColorOperation Read(PortableState state) => new(OperationJson.Read<Saved>(state.Options).Mode);

    public override ImagePixels Apply(ImagePixels image, ImagePixels? second)
    {
        PlanarImage content = (second ?? throw new InvalidOperationException("The row has no content image.")).Color;
        return image.With(mode == PreserveColorMode.Histogram ? ColorTransfer.MatchHistogram(image.Color, content) : ColorTransfer.Luminance(image.Color, content));
    }

    public override PortableState Save() => new(OperationJson.Write(new Saved(Kind, mode)), []);

    private sealed record Saved(string Operation, PreserveColorMode Mode);
}
