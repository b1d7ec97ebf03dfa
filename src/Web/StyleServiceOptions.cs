namespace MLNetStyle.Web;

/// <summary>What the service is told, by the section "Style" of the configuration: --Style:File=painting.jpg, or Style__File in the
/// environment.</summary>
internal sealed class StyleServiceOptions
{
    /// <summary>The style picture.</summary>
    public string File { get; set; } = "";

    /// <summary>The longer side of the answers, in pixels.</summary>
    public int Size { get; set; } = 256;

    /// <summary>Steps of the optimiser.</summary>
    public int Iterations { get; set; } = 100;

    /// <summary>The network: a name or a file.</summary>
    public string Network { get; set; } = "compact";

    /// <summary>Pictures that are painted at the same time; 0 for one on each core up to 256 pixels, and one above.</summary>
    public int Engines { get; set; }

    /// <summary>The largest upload, in bytes; a larger one is answered with 413.</summary>
    public long MaxUploadBytes { get; set; } = 20 << 20;

    /// <summary>The most pixels of an upload, whatever its bytes claim.</summary>
    public long MaxPixels { get; set; } = 50_000_000;

    /// <summary>The longest time a picture may take, in seconds; then 504.</summary>
    public double TimeLimit { get; set; } = 60;

    /// <summary>How long a request waits for its turn, in seconds; then 503.</summary>
    public double QueueLimit { get; set; } = 10;

    /// <summary>Checks what the components don't.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!System.IO.File.Exists(File))
            throw new ArgumentException($"Style:File is '{File}'; name the style picture, as in --Style:File=painting.jpg.");
        if (Engines is < 0 or > 64) throw new ArgumentException($"Style:Engines is {Engines}; 0 to 64 are possible.");
        if (MaxUploadBytes < 1) throw new ArgumentException($"Style:MaxUploadBytes is {MaxUploadBytes}; it must be positive.");
        if (!(TimeLimit > 0 && QueueLimit >= 0 && TimeLimit <= 86_400 && QueueLimit <= 86_400))
            throw new ArgumentException($"Style:TimeLimit is {TimeLimit} and Style:QueueLimit {QueueLimit}; they are seconds, up to a day.");
    }
}
