using MLNetStyle.Pipeline;
using MLNetStyle.Stylization;

[assembly: SavedOperation(PreserveColorOperation.Kind, typeof(PreserveColorOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>A styled image with the colours of its content.</summary>
internal sealed class PreserveColorOperation(ColorKeeping color) : ImageOperation
{
    public const string Kind = "PreserveColor";

    public static PreserveColorOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        return new(new ColorKeeping(saved.Mode, saved.LuminanceSpace, saved.ColorMatching, saved.MatchLuminance));
    }

    public override ImagePixels Apply(ImagePixels image, ImagePixels? second)
    {
        PlanarImage content = (second ?? throw new InvalidOperationException("The row has no content image.")).Color;
        return image.With(color.Applied(image.Color, content));
    }

    public override SavedState Save() =>
        new(OperationJson.Write(new Saved(Kind, color.Mode, color.Space, color.Matching, color.MatchLuminance)), []);

    // A model of an earlier version names the mode only; the rest was then as its default is.
    private sealed record Saved(
        string Operation, PreserveColorMode Mode, LuminanceSpace LuminanceSpace = LuminanceSpace.Yiq,
        ColorMatching ColorMatching = ColorMatching.SquareRoot, bool MatchLuminance = false);
}
