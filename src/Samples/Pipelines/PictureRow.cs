namespace MLNetStyle.Samples.Pipelines;

/// <summary>A row of the samples' data: the paths of a picture and of a style.</summary>
internal sealed class PictureRow
{
    public string Path { get; set; } = "";

    public string StylePath { get; set; } = "";
}
