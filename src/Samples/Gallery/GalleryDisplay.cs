using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Gallery;

/// <summary>What the commands of a gallery show their runs on: the gallery's own display, which names the pictures itself.</summary>
internal sealed class GalleryDisplay(TransferDisplay display) : TransferDisplay
{
    public override T Run<T>(Func<T> work) => work();

    public override void Picture(string name, int index, int count)
    {
        // The gallery has named it.
    }

    public override void Phase(string phase)
    {
        if (display is LiveDisplay) display.Phase(phase);
    }

    public override void Iteration(StylizationProgress progress)
    {
        if (display is LiveDisplay) display.Iteration(progress);
    }

    public override void Note(string text) => display.Note(text);
}
