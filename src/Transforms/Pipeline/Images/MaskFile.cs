using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>Reads mask files, upright as <see cref="PictureFile"/> does.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public static class MaskFile
{
    /// <summary>Reads one mask: white is 1, black 0, what lies between in proportion.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture that can be read.</exception>
    public static Mask Read(string path, PictureReadOptions? options = null) =>
        Mask.FromGrey(PictureReader.Read(path, "mask", options).Color);

    /// <summary>Reads the masks of regions.</summary>
    /// <param name="paths">One file with a region for each colour, or a greyscale file for each region, white inside.</param>
    /// <param name="what">What they are, as messages say it: "style mask".</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is no picture that can be read.</exception>
    /// <exception cref="ArgumentException">There is no file, or they are no masks of regions: see <see cref="RegionMasks"/>.</exception>
    public static RegionMasks ReadRegions(IReadOnlyList<string> paths, string what = "mask", PictureReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentException.ThrowIfNullOrWhiteSpace(what);
        if (paths.Count == 0) throw new ArgumentException("There is no mask file. Name one with a region for each colour, or one for "
            + "each region.", nameof(paths));
        string origin = $"the {what}{(paths.Count > 1 ? "s" : "")} {string.Join(", ", paths.Select(p => $"'{p}'"))}";
        // One by one: a greyscale mask takes a third of its picture.
        return Regions(paths.Count, paths.Select(p => PictureReader.Read(p, what, options).Color), origin);
    }

    /// <summary>The regions of one image of colours, or of several greyscale ones.</summary>
    internal static RegionMasks Regions(int count, IEnumerable<PlanarImage> images, string origin) =>
        count == 1 ? RegionMasks.FromColors(images.Single(), origin) : RegionMasks.InOrder(images.Select(Mask.FromGrey), origin);
}
