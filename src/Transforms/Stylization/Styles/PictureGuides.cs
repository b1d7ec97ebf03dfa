using System.Numerics;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>What guided losses look through at a picture of one size: a mask for each region, and one that weighs the content.</summary>
/// <remarks>Each layer's share is made at the first use and kept. Not safe for use by several threads.</remarks>
internal sealed class PictureGuides
{
    private readonly IReadOnlyDictionary<string, Mask> _regions;
    private readonly Mask? _content;
    private readonly Dictionary<(Mask, (int Width, int Height)), GraphTensor> _made = [];

    /// <summary>Puts masks together.</summary>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">The picture's height in pixels.</param>
    /// <param name="regions">The masks of the regions by name, all of the picture's size; null for none.</param>
    /// <param name="content">How strongly the content is held at each place; null for none.</param>
    /// <exception cref="ArgumentException">A mask has another size.</exception>
    public PictureGuides(int width, int height, IReadOnlyDictionary<string, Mask>? regions, Mask? content = null)
    {
        (Width, Height, _regions, _content) = (width, height, regions ?? new Dictionary<string, Mask>(), content);
        foreach ((string name, Mask mask) in _regions) Check($"The mask of the region '{name}'", mask);
        if (content is not null) Check("The mask that weighs the content", content);
    }

    /// <summary>The picture's width in pixels.</summary>
    public int Width { get; }

    /// <summary>The picture's height in pixels.</summary>
    public int Height { get; }

    /// <summary>The guidance channel of a loss, [1, 1, height, width] of its layer's map: the mask averaged over the pixels that a position
    /// stands for. A VGG's poolings leave a last odd row or column out, and so does its mask.</summary>
    private GraphTensor For(GuidedLoss loss, Network network)
    {
        Mask mask = (loss.MeasuresGuided ? _regions.GetValueOrDefault(loss.Guide) : _content)
            ?? throw new ArgumentException($"The loss '{loss.Name}' needs "
                + $"{(loss.MeasuresGuided ? $"a mask of the region '{loss.Guide}'" : "a mask that weighs the content")}.");
        (int Width, int Height) size = network.SizeOf(loss.Layer!, Width, Height);
        if (_made.TryGetValue((mask, size), out GraphTensor? made)) return made;
        Mask small = mask;
        if (network.IsGraph) small = mask.Resized(size.Width, size.Height);
        else for (int i = BitOperations.Log2((uint)network.Downscale(loss.Layer!)); i > 0; i--) small = small.Halved();
        return _made[(mask, size)] = new GraphTensor(small.Array, 1, 1, small.Height, small.Width);
    }

    /// <summary>The guidance channel of a loss.</summary>
    /// <param name="guides">The guides; null if none were given.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="network">The network that it looks into.</param>
    /// <exception cref="ArgumentException">There are no guides, or no such mask.</exception>
    internal static GraphTensor Of(PictureGuides? guides, GuidedLoss loss, Network network) => guides is null
        ? throw new ArgumentException($"The loss '{loss.Name}' needs a mask, but none was given.", nameof(guides))
        : guides.For(loss, network);

    /// <summary>Hands the inputs of a graph that measures targets the guidance channels of its losses; content is measured
    /// without.</summary>
    internal static void Bind(PictureGuides? guides, IEnumerable<Loss> losses, Network network, Dictionary<string, GraphTensor> inputs)
    {
        foreach (GuidedLoss loss in losses.OfType<GuidedLoss>())
            if (loss.MeasuresGuided) inputs[LossGraph.Guide(loss)] = Of(guides, loss, network);
    }

    /// <summary>Refuses guides of another size than the picture's.</summary>
    internal static void CheckSize(PictureGuides? guides, int width, int height)
    {
        if (guides is not null && (guides.Width, guides.Height) != (width, height))
            throw new ArgumentException($"The masks are {guides.Width} x {guides.Height} pixels, but the image is {width} x {height}.",
                nameof(guides));
    }

    private void Check(string what, Mask mask)
    {
        if ((mask.Width, mask.Height) != (Width, Height))
            throw new ArgumentException($"{what} is {mask.Width} x {mask.Height} pixels, but the picture is {Width} x {Height}.");
    }
}
