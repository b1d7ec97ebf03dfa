using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Measures an image with several networks: what each gives, one after the other.</summary>
internal sealed class RelayMeter(IReadOnlyList<IStyleMeter> meters) : IStyleMeter
{
    public IReadOnlyList<Loss> Losses => [.. meters.SelectMany(m => m.Losses)];

    public IReadOnlyList<GraphTensor> Measure(PlanarImage image, CancellationToken cancellation = default, PictureGuides? guides = null) =>
        [.. meters.SelectMany(m => m.Measure(image, cancellation, guides))];

    public void Dispose()
    {
        foreach (IStyleMeter meter in meters) meter.Dispose();
    }
}
