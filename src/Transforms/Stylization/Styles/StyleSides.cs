namespace MLNetStyle.Stylization;

/// <summary>The longer sides in pixels at which a style is measured for a stage: one for its coarse layers, one for its fine ones.</summary>
internal readonly record struct StyleSides(int Coarse, int Fine) : IComparable<StyleSides>
{
    public static implicit operator StyleSides(int both) => new(both, both);

    public int Largest => Math.Max(Coarse, Fine);

    public int CompareTo(StyleSides other) => (Coarse, Fine).CompareTo((other.Coarse, other.Fine));

    /// <summary>How far apart two are, in logarithms.</summary>
    public double DistanceTo(StyleSides other) => Math.Abs(Math.Log((double)Coarse / other.Coarse)) + Math.Abs(Math.Log((double)Fine / other.Fine));
}
