using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>How <c>StyleTransfer</c> makes its pictures: everything that a run can be told, and what only a pipeline needs.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being
/// changed.</remarks>
public class StyleTransferOptions : StylizationOptions
{
    /// <summary>
    /// The network: a name, "compact", "vgg19" or "vgg16", or the path of a .safetensors or .onnx file; or "relay", where compact paints
    /// most of the way
    /// and VGG-19 finishes (<see cref="NetworkRelay"/>). See <see cref="MLNetStyle.Network.Load"/> for where a name is looked for. Saved by
    /// name and
    /// SHA-256, not by value. Default <see cref="ModelFiles.DefaultNetwork"/>.
    /// </summary>
    public string Network { get; set; } = ModelFiles.DefaultNetwork;

    /// <summary>How the network brings its feature maps down. Default by the maximum, as VGG was trained.</summary>
    public Pooling Pooling { get; set; } = Pooling.Max;

    /// <summary>
    /// Whether rows whose image can't be read, or is too small to work on, are left out, with a warning in <c>MLContext.Log</c>; else such
    /// a row is an <see cref="ImageReadException"/> with its path. While this is on, cursors read the image of every row whatever columns
    /// they are asked for, so that all of them see the same rows; the row count is unknown, positions count the rows that are given, and
    /// the transformer maps no row to a row, so that no prediction engine can be made of it, as with ML.NET's own filters. A loaded model
    /// leaves no row out: there such a row is an error. Not saved. Default no.
    /// </summary>
    [Option(Saved = false)]
    public bool SkipUnreadable { get; set; }

    /// <summary>
    /// The text column that names a row in messages; null takes a column that is called like a path (Path, ImagePath, FilePath,
    /// FileName, File, Name), else the only text column, else none. Default null.
    /// </summary>
    [Option(Saved = false)]
    public string? PathColumn { get; set; }

    /// <summary>
    /// The image file that a run starts from when <see cref="StylizationOptions.Start"/> is <see cref="StartImage.Image"/>.
    /// Read by Fit; its pixels are part of a saved model. Default none.
    /// </summary>
    [Option(Saved = false)]
    public string? StartFile { get; set; }

    /// <summary>
    /// How the files of styles, masks and the start are read: the limit of pixels, and whether files that are cut short are taken. Contents
    /// are read by
    /// whatever loads them; <c>LoadPictures</c> takes the same options. Not saved. Default <see cref="PictureReadOptions.Default"/>.
    /// </summary>
    [Option(Saved = false, Preset = false)]
    public PictureReadOptions Reading { get; set; } = PictureReadOptions.Default;

    /// <summary>
    /// The image columns that hold the masks of a content's regions: one with a region for each colour, or several with a greyscale mask
    /// each, white
    /// inside. The style then comes with <see cref="StyleMasks"/> or <see cref="StyleImage.Masks"/>, or has one image for each region, in
    /// the order of
    /// the columns, or of the colours' uppermost, then leftmost, pixels. <see cref="StylizationOptions.Regions"/> need not be set: Fit
    /// finds the names.
    /// At most <see cref="RegionMasks.MaxRegions"/>. Default none.
    /// </summary>
    [Option(Saved = false)]
    public IReadOnlyList<string> ContentMaskColumns { get; set; } = [];

    /// <summary>
    /// The image column that says how strongly the content is held at each place, white for fully; sets
    /// <see cref="StylizationOptions.ContentWeightByMask"/>. Default none.
    /// </summary>
    [Option(Saved = false)]
    public string? ContentWeightColumn { get; set; }

    /// <summary>
    /// The image column that says where a content is painted, white for fully; where it is black the content's own pixels stay. Sets
    /// <see cref="StylizationOptions.PaintByMask"/>. Default none.
    /// </summary>
    [Option(Saved = false)]
    public string? PaintMaskColumn { get; set; }

    /// <summary>
    /// The mask files of the style where it is a single image: one with a region for each colour, or a greyscale file for each region. Read
    /// by Fit.
    /// Several style images have theirs in <see cref="StyleImage.Masks"/>. Default none.
    /// </summary>
    [Option(Saved = false)]
    public IReadOnlyList<string> StyleMasks { get; set; } = [];

    /// <summary>Sets everything that a preset decides, its network and pooling included; what is set afterwards stays as it is
    /// set.</summary>
    /// <param name="preset">The preset, for example <see cref="StyleTransferPreset.Crowsonkb"/>.</param>
    /// <returns>These options.</returns>
    public StyleTransferOptions UsePreset(StyleTransferPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        preset.ApplyTo(this);
        (Network, Pooling, StartFile) = (preset.Network, preset.Pooling, null);
        return this;
    }

    /// <summary>How a content is best read for these options: reduced to not less than twice its size.</summary>
    internal PictureReadOptions ContentReading => Reading with { LongerSide = SizeOf == PictureSide.Longer ? Size : 0 };

    /// <summary>Likewise a style image.</summary>
    internal PictureReadOptions StyleReading => Reading with
    {
        LongerSide = SizeOf == PictureSide.Longer && !FitStyle ? (int)Math.Ceiling(Size * StyleScale * Math.Max(1, StrokeSize)) : 0,
    };

    /// <summary>The columns with a content's masks, in the order in which they are handed on.</summary>
    internal IReadOnlyList<string> MaskColumns =>
        [.. ContentMaskColumns, .. new[] { ContentWeightColumn, PaintMaskColumn }.OfType<string>()];

    internal override bool HasRegions => base.HasRegions || ContentMaskColumns.Count > 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ValidateColumns();
        ArgumentException.ThrowIfNullOrWhiteSpace(Network);
        ArgumentNullException.ThrowIfNull(Reading);
        if (!Enum.IsDefined(Pooling)) throw new ArgumentException($"{nameof(Pooling)} is {Pooling}; it must be Max or Average.",
            nameof(Pooling));
        if (Start == StartImage.Image && string.IsNullOrWhiteSpace(StartFile))
            throw new ArgumentException($"{nameof(Start)} is {StartImage.Image}, but {nameof(StartFile)} names no file. Name one, or "
                + $"start from the content or from noise.", nameof(StartFile));
        if (Start != StartImage.Image && StartFile is not null)
            throw new ArgumentException($"{nameof(StartFile)} is '{StartFile}', but {nameof(Start)} is {Start}. Set {nameof(Start)} to "
                + $"{StartImage.Image}, or name no file.", nameof(StartFile));
    }

    private void ValidateColumns()
    {
        ArgumentNullException.ThrowIfNull(ContentMaskColumns);
        ArgumentNullException.ThrowIfNull(StyleMasks);
        foreach (string? name in (IEnumerable<string?>)[.. ContentMaskColumns, .. StyleMasks])
            if (string.IsNullOrWhiteSpace(name)) throw new ArgumentException($"{nameof(ContentMaskColumns)} or {nameof(StyleMasks)} has "
                + $"an empty name.");
        if (ContentMaskColumns.Count > RegionMasks.MaxRegions || StyleMasks.Count > RegionMasks.MaxRegions)
            throw new ArgumentException($"{nameof(ContentMaskColumns)} and {nameof(StyleMasks)} have at most {RegionMasks.MaxRegions} "
                + $"entries, one for each region.", nameof(ContentMaskColumns));
        if (ContentMaskColumns.Count == 0 && (StyleMasks.Count > 0 || Regions.Count > 0))
            throw new ArgumentException($"{(StyleMasks.Count > 0 ? nameof(StyleMasks) : nameof(Regions))} are given, but no "
                + $"{nameof(ContentMaskColumns)}. Name the columns with the contents' masks, or leave them out.",
                nameof(ContentMaskColumns));
        if (ContentWeightByMask && string.IsNullOrWhiteSpace(ContentWeightColumn))
            throw new ArgumentException($"{nameof(ContentWeightByMask)} is on, but {nameof(ContentWeightColumn)} names no column. Name "
                + $"one.", nameof(ContentWeightColumn));
        if (PaintByMask && string.IsNullOrWhiteSpace(PaintMaskColumn))
            throw new ArgumentException($"{nameof(PaintByMask)} is on, but {nameof(PaintMaskColumn)} names no column. Name one.",
                nameof(PaintMaskColumn));
        if (ContentWeightColumn is not null && ContentWeight == 0)
            throw new ArgumentException($"{nameof(ContentWeightColumn)} is '{ContentWeightColumn}', but {nameof(ContentWeight)} is 0, so "
                + $"the content counts nowhere. Give it a weight, or leave the column out.", nameof(ContentWeightColumn));
    }
}
