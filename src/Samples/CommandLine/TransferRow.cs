namespace MLNetStyle.Samples.CommandLine;

/// <summary>A row of the pipeline behind stylize and batch: the paths of a content and of its masks.</summary>
internal sealed class TransferRow
{
    public string Path { get; set; } = "";

    public string Weight { get; set; } = "";

    public string Paint { get; set; } = "";

    public string Mask1 { get; set; } = "";

    public string Mask2 { get; set; } = "";

    public string Mask3 { get; set; } = "";

    public string Mask4 { get; set; } = "";

    public string Mask5 { get; set; } = "";

    public string Mask6 { get; set; } = "";

    public string Mask7 { get; set; } = "";

    public string Mask8 { get; set; } = "";

    public string Mask9 { get; set; } = "";

    public string Mask10 { get; set; } = "";

    public string Mask11 { get; set; } = "";

    public string Mask12 { get; set; } = "";

    public string Mask13 { get; set; } = "";

    public string Mask14 { get; set; } = "";

    public string Mask15 { get; set; } = "";

    public string Mask16 { get; set; } = "";

    /// <summary>The property of a mask.</summary>
    /// <param name="index">Its place, from 0.</param>
    public static string NameOf(int index) => FormattableString.Invariant($"Mask{index + 1}");

    /// <summary>A content with its masks.</summary>
    public static TransferRow Of(ContentFiles files)
    {
        string[] masks = [.. files.Masks.Select(System.IO.Path.GetFullPath)];
        return new TransferRow
        {
            Path = System.IO.Path.GetFullPath(files.Path),
            Weight = files.Weight is null ? "" : System.IO.Path.GetFullPath(files.Weight),
            Paint = files.Paint is null ? "" : System.IO.Path.GetFullPath(files.Paint),
            Mask1 = At(0),
            Mask2 = At(1),
            Mask3 = At(2),
            Mask4 = At(3),
            Mask5 = At(4),
            Mask6 = At(5),
            Mask7 = At(6),
            Mask8 = At(7),
            Mask9 = At(8),
            Mask10 = At(9),
            Mask11 = At(10),
            Mask12 = At(11),
            Mask13 = At(12),
            Mask14 = At(13),
            Mask15 = At(14),
            Mask16 = At(15),
        };

        string At(int i) => i < masks.Length ? masks[i] : "";
    }
}
