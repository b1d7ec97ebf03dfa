namespace MLNetStyle.Pipeline;

/// <summary>The names of the columns that live inside the chain which a saved model consists of; all are dropped at its end.</summary>
internal static class SavedColumns
{
    public const string Key = "mlnetstyle.key";
    public const string Path = "mlnetstyle.path";
    public const string Bytes = "mlnetstyle.bytes";
    public const string Layout = "mlnetstyle.layout";
    public const string Sized = "mlnetstyle.sized";
    public const string Unsized = "mlnetstyle.unsized";
    public const string Image = "mlnetstyle.image";
    public const string Second = "mlnetstyle.second";
    public const string Mask = "mlnetstyle.mask";
    public const string Masks = "mlnetstyle.masks";
    public const string MoreMasks = "mlnetstyle.moremasks";
    public const string Vector = "mlnetstyle.vector";
    public const string Flat = "mlnetstyle.flat";
    public const string Shaped = "mlnetstyle.shaped";
    public const string State = "mlnetstyle.state";
    public const string Options = "mlnetstyle.options";
    public const string Result = "mlnetstyle.result";
}
