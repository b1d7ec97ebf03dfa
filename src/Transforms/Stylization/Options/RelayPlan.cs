namespace MLNetStyle.Stylization;

/// <summary>Where a run on two networks changes from the first to the last.</summary>
/// <param name="Coarse">The share of each size's iterations that the last network does, at every size but the last.</param>
/// <param name="Final">That share at the last size.</param>
/// <param name="Keeps">Whether L-BFGS keeps its pairs over the change at a size.</param>
internal sealed record RelayPlan(double Coarse, double Final, bool Keeps)
{
    /// <summary>
    /// The small network alone up to the last size, the large one for not quite the second half there. VGG-19 at the coarse sizes, for the
    /// same time,
    /// brings nothing, nor do kept pairs (docs/relay.md).
    /// </summary>
    public static RelayPlan Default { get; } = new(0, 0.47, false);

    /// <summary>The stages of one network shared out to two: at each size the first network's before the last one's.</summary>
    public IReadOnlyList<StylizationStage> Split(IReadOnlyList<StylizationStage> stages)
    {
        List<StylizationStage> split = [];
        for (int i = 0; i < stages.Count; i++)
        {
            // A picture is always finished by the last network.
            int all = stages[i].Iterations, least = i == stages.Count - 1 ? 1 : 0;
            int last = Math.Clamp((int)Math.Round(all * (i == stages.Count - 1 ? Final : Coarse)), least, all);
            if (all > last) split.Add(stages[i] with { Iterations = all - last });
            if (last > 0) split.Add(stages[i] with { Iterations = last, Network = 1 });
        }
        return split;
    }
}
