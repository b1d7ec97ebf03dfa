namespace MLNetStyle.Samples.Gallery;

/// <summary>A picture of a contact sheet, read when it is its turn.</summary>
/// <param name="Caption">What stands under it.</param>
/// <param name="Aspect">Its width by its height.</param>
/// <param name="Read">Reads it.</param>
internal sealed record SheetPicture(string Caption, double Aspect, Func<PlanarImage> Read);
