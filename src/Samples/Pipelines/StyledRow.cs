using Microsoft.ML.Data;

namespace MLNetStyle.Samples.Pipelines;

/// <summary>A row of a result: its picture dies when the next row is read.</summary>
internal sealed class StyledRow
{
    public string Path { get; set; } = "";

    public MLImage? Styled { get; set; }
}
