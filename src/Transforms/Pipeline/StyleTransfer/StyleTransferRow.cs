using MLNetStyle.Networks;
using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>A row that has just been given its picture.</summary>
/// <param name="Position">The row's position in its cursor, from 0.</param>
/// <param name="Path">The text of the row's path column; null if there is none.</param>
/// <param name="Network">The network that the picture was made with; of a relay the one that finished it. <see cref="StylizationResult.Networks"/> has them all.</param>
/// <param name="Options">The options; <see cref="StylizationOptions.Device"/> is the device that was used.</param>
/// <param name="Result">The picture, its history, and why the run ended.</param>
/// <remarks>Immutable but for the picture's samples, which are shared with the row: copy them before changing them.</remarks>
public sealed record StyleTransferRow(long Position, string? Path, Network Network, StylizationOptions Options, StylizationResult Result);
