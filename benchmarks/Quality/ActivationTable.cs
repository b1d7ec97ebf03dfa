using System.Globalization;
using System.Numerics.Tensors;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>
/// How large a network's feature maps and Gram matrices are, layer by layer: channels, mean |F|, mean F^2, and the sum of squares of F F^T
/// / (H W); on the
/// picture that weights are converted by, or on others.
/// </summary>
internal static class ActivationTable
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--pictures", "--save");
        string[] pictures = arguments.Text("--pictures", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        string[] layers = [.. new[] { "1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1", "4_2", "4_3", "4_4",
            "5_1" }.SelectMany(l => new[] { $"conv{l}", $"relu{l}" })];
        foreach (string name in arguments.Text("--network", "vgg19,compact").Split(','))
        {
            Network network = Network.Load(name);
            foreach (string picture in pictures.Length == 0 ? ["the reference picture"] : pictures)
            {
                PlanarImage image = pictures.Length == 0 ? ActivationReference.Picture : Sheet.Sized(PictureFile.Read(picture), 256);
                Console.WriteLine($"{network.Name}, {picture}");
                foreach (string layer in layers)
                {
                    using OnnxMeter meter = new(network,
                        [new ContentLoss(layer), new GramStyleLoss(layer, 1, LossNormalization.Absolute, GramNormalization.Positions)]);
                    IReadOnlyList<GraphTensor> measured = meter.Measure(image);
                    ReadOnlySpan<float> map = measured[0].Values.Span, gram = measured[1].Values.Span;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{layer,-8} {network.Channels(layer),4} {TensorPrimitives.SumOfMagnitudes(map) / map.Length,12:G5} "
                            + $"{TensorPrimitives.SumOfSquares(map) / map.Length,12:G5} {TensorPrimitives.SumOfSquares(gram),12:G5}"));
                }
            }
        }
        if (arguments.Text("--save", "") is { Length: > 0 } file) PictureFile.Save(ActivationReference.Picture, file);
        return 0;
    }
}
