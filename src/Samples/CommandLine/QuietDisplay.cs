namespace MLNetStyle.Samples.CommandLine;

/// <summary>Shows nothing.</summary>
internal sealed class QuietDisplay : TransferDisplay
{
    public override T Run<T>(Func<T> work) => work();

    public override void Picture(string name, int index, int count)
    {
    }

    public override void Phase(string phase)
    {
    }

    public override void Iteration(StylizationProgress progress)
    {
    }

    public override void Note(string text)
    {
    }
}
