namespace MLNetStyle.Networks;

/// <summary>What pixels are to the networks of a format, in the keys of a model file's metadata.</summary>
internal static class Conventions
{
    /// <summary>Keras' and Caffe's: blue, green, red, 0..255 less ImageNet's mean.</summary>
    public static IReadOnlyDictionary<string, string> OxfordBgr { get; } = Of("BGR", "255", "103.939,116.779,123.68", "1,1,1");

    /// <summary>MatConvNet's: red, green, blue, 0..255 less ImageNet's mean.</summary>
    public static IReadOnlyDictionary<string, string> OxfordRgb { get; } = Of("RGB", "255", "123.68,116.779,103.939", "1,1,1");

    /// <summary>PyTorch's: red, green, blue, 0..1, ImageNet's mean and standard deviation.</summary>
    public static IReadOnlyDictionary<string, string> Torchvision { get; } = Of("RGB", "1", "0.485,0.456,0.406", "0.229,0.224,0.225");

    /// <summary>The names that a user gives them by.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Named { get; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["torchvision"] = Torchvision,
            ["caffe"] = OxfordBgr,
            ["oxford"] = OxfordRgb,
            ["levels"] = Of("RGB", "255", "0,0,0", "1,1,1"),
            ["unit"] = Of("RGB", "1", "0,0,0", "1,1,1"),
            ["signed"] = Of("RGB", "1", "0.5,0.5,0.5", "0.5,0.5,0.5"),
        };

    /// <summary>A convention of one's own; the numbers as a metadata text has them.</summary>
    public static Dictionary<string, string> Of(string order, string white, string mean, string std) => new()
    {
        ["channel_order"] = order,
        ["pixel_scale"] = white,
        ["mean"] = mean,
        ["std"] = std,
    };
}
