using System.Text.Json;

namespace MLNetStyle.Tests.Support;

/// <summary>The recorded numbers under Data/reference: what PyTorch in 64-bit floats gives on two small pictures.</summary>
internal static class ReferenceData
{
    private static readonly Lazy<JsonElement> s_json = new(() => JsonDocument.Parse(File.ReadAllBytes(At("reference.json"))).RootElement);
    private static readonly Lazy<(float[], int, int)> s_content = new(() => Png.Read(At("content_97x65.png")));
    private static readonly Lazy<(float[], int, int)> s_style = new(() => Png.Read(At("style_80x50.png")));
    private static readonly Lazy<float[]> s_noise = new(() => Array.ConvertAll(Npy.Read(At("noise_start.npy")).Values, v => (float)v));

    /// <summary>reference.json.</summary>
    public static JsonElement Json => s_json.Value;

    /// <summary>The content picture, 97 x 65: planar values 0..255.</summary>
    public static (float[] Planes, int Width, int Height) Content => s_content.Value;

    /// <summary>The style picture, 80 x 50.</summary>
    public static (float[] Planes, int Width, int Height) Style => s_style.Value;

    /// <summary>The noise start, of the content's size.</summary>
    public static float[] Noise => s_noise.Value;

    /// <summary>A file of the reference.</summary>
    public static string At(string name) => Path.Combine(AppContext.BaseDirectory, "Data", "reference", name);
}
