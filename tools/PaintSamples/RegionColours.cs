using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>The colours of regions in masks.</summary>
internal static class RegionColours
{
    public static Vector3 Sky { get; } = Tone.Hex(0x8ac8ff);

    public static Vector3 Land { get; } = Tone.Hex(0x5a8c28);

    public static Vector3 Water { get; } = Tone.Hex(0x1446a0);
}
