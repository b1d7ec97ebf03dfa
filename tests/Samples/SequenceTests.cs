using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>Films do not flicker, and do not freeze.</summary>
public sealed class SequenceTests
{
    private const int Width = 96, Iterations = 20;

    [Theory]
    [InlineData("nearly still", 3)]
    [InlineData("noisy", 3)]
    [InlineData("panned", 3)]
    public void NeighbouringFramesComeOutNearEachOther(string kind, double most)
    {
        SequenceMeasure.Film film = SequenceMeasure.Of(kind, Width, 3);
        double apart = SequenceMeasure.Mean(film, SequenceMeasure.Painted(film, Iterations, sequence: true));
        Assert.True(apart < most, $"{apart} levels");
    }

    [Theory]
    [InlineData("fading")]
    [InlineData("object")]
    public void WhatChangesInTheSceneChangesInTheFilm(string kind)
    {
        SequenceMeasure.Film film = SequenceMeasure.Of(kind, Width, 5);
        PlanarImage[] together = SequenceMeasure.Painted(film, Iterations, sequence: true);
        PlanarImage alone = SequenceMeasure.Painted(film with { Frames = [film.Frames[^1]] }, Iterations, sequence: false)[0];
        double lag = SequenceMeasure.Apart(SequenceMeasure.Blurred(alone), SequenceMeasure.Blurred(together[^1]));
        double way = SequenceMeasure.Apart(SequenceMeasure.Blurred(together[0]), SequenceMeasure.Blurred(alone));
        Assert.True(lag < way / 2, $"{lag} levels from where it should be, {way} from the start");
    }
}
