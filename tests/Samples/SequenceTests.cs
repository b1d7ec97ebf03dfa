using MLNetStyle.Samples.Batch;
using Xunit;

namespace MLNetStyle.Tests.Samples;

/// <summary>Films do not flicker, and do not freeze.</summary>
public sealed class SequenceTests
{
    private const int Width = 96, Iterations = 20;

    [Theory]
    [InlineData("nearly still", Width, 3)]
    [InlineData("noisy", Width, 3)]
    [InlineData("panned", Width, 3)]
    [InlineData("panned by parts", 128, 3)] // between pixels the comparison itself sees strokes change, the finer the more
    public void NeighbouringFramesComeOutNearEachOther(string kind, int width, double most)
    {
        SequenceMeasure.Film film = SequenceMeasure.Of(kind, width, 3);
        double apart = SequenceMeasure.Mean(film, SequenceMeasure.Painted(film, Iterations, sequence: true));
        Assert.True(apart < most, $"{apart} levels");
    }

    [Fact]
    public void TheMotionOfACameraIsFoundToAPartOfAPixelInEvenPlacesToo()
    {
        SequenceMeasure.Film film = SequenceMeasure.Of("panned by parts", Width, 2);
        PlanarImage before = film.Frames[0], now = film.Frames[1];
        // A picture whose values are its own places tells where each place came from.
        PlanarImage places = new(before.Width, before.Height);
        for (int y = 0; y < before.Height; y++)
            for (int x = 0; x < before.Width; x++) (places.Plane(0)[(y * Width) + x], places.Plane(1)[(y * Width) + x]) = (x, y);
        PlanarImage moved = FrameMotion.Between(before, now).Moved(places);
        for (int y = 4; y < before.Height - 4; y++)
            for (int x = 4; x < before.Width - 4; x++)
            {
                Assert.Equal(x + 1.4, moved.Plane(0)[(y * Width) + x], 0.1);
                Assert.Equal(y + 0.6, moved.Plane(1)[(y * Width) + x], 0.1);
            }
    }

    [Fact]
    public void WhatMovesInTheSceneMovesInTheFilm()
    {
        SequenceMeasure.Film film = SequenceMeasure.Of("object", Width, 5);
        PlanarImage[] together = SequenceMeasure.Painted(film, Iterations, sequence: true);
        PlanarImage[] alone = SequenceMeasure.Painted(film with { Frames = [film.Frames[0], film.Frames[^1]] }, Iterations,
            sequence: false);
        double moved = Redder(together[^1]) - Redder(together[0]), should = Redder(alone[1]) - Redder(alone[0]);
        Assert.True(should > 5 && moved > should / 2, $"{moved} levels, and by itself {should}");

        // Where the object has come to in the last frame, and was not in the first.
        static double Redder(PlanarImage picture)
        {
            int left = (Width / 3) + 2, right = (Width / 3) + (4 * Width / 16) - 2, top = (picture.Height / 2) + 2,
                bottom = (picture.Height * 3 / 4) - 2;
            double sum = 0;
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++) sum += picture.Plane(0)[(y * Width) + x] - picture.Plane(2)[(y * Width) + x];
            return sum / ((right - left) * (bottom - top));
        }
    }

    [Fact]
    public void SlowChangesAddUpUntilTheyArePainted()
    {
        PlanarImage first = Grey(60), picture = Grey(200);
        SequenceStart start = new(first, picture);
        for (int light = 61; light < 80; light++)
        {
            SequenceStart moved = start.Moved(Grey(light))!;
            Assert.Equal(picture.Samples, moved.Picture.Samples); // a change of light is no motion
            float[] change = moved.Change(Grey(light));
            if (light <= 63) Assert.All(change, c => Assert.Equal(0, c));
            if (light >= 70) Assert.All(change, c => Assert.True(c > 0.99f));
            start = moved.Mixed(Grey(light), picture, [.. change.Select(c => c > 0.99f ? 1f : 0f)]);
            if (light == 70) Assert.Equal(Grey(70).Samples, start.PaintedFor.Samples);
            if (light == 70) return;
        }

        static PlanarImage Grey(float level)
        {
            PlanarImage image = new(48, 40);
            Array.Fill(image.Samples, level);
            return image;
        }
    }
}
