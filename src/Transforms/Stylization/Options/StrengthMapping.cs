namespace MLNetStyle.Stylization;

/// <summary>One number for the mixture of losses, from the photograph to the style.</summary>
/// <remarks>
/// <para>Up to the default style and neighbours grow with the power <see cref="Power"/> of the strength beside a content weight of 1, and
/// the content's colours go evenly to the style's. Above it the content's weight falls to a <see cref="LeastContent"/> and the neighbours',
/// which hold objects in place as well, to a <see cref="LeastNeighbors"/> of the default's, each by the same factor a step.</para>
/// <para>Safe for use by several threads at once.</para>
/// </remarks>
internal static class StrengthMapping
{
    private const double Default = StylizationOptions.DefaultStrength, Most = 100, Power = 4.5, LeastContent = 0.03, LeastNeighbors = 0.25;

    /// <summary>The weights of a strength.</summary>
    /// <param name="strength">0 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is out of range.</exception>
    public static (double Content, double Style, double Neighbors, double Recolor) Of(double strength)
    {
        if (!(strength is >= 0 and <= Most))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength,
                "The strength is 0 (the photograph) to 100 (the style); 50 is the default.");
        }
        StylizationOptions plain = new();
        if (strength <= Default)
        {
            double part = strength / Default, share = Math.Pow(part, Power);
            return (plain.ContentWeight, share * plain.StyleWeight, share * plain.NeighborWeight, part * plain.Recolor);
        }
        double beyond = (strength - Default) / (Most - Default);
        double content = Math.Pow(LeastContent, beyond), neighbors = Math.Pow(LeastNeighbors, beyond);
        return (content * plain.ContentWeight, plain.StyleWeight, neighbors * plain.NeighborWeight, plain.Recolor);
    }
}
