namespace MLNetStyle.Samples.Pipelines;

/// <summary>A row of the samples' data: the paths of a picture and of the mask of its regions.</summary>
internal sealed class MaskedRow
{
    public string Path { get; set; } = "";

    public string MaskPath { get; set; } = "";
}
