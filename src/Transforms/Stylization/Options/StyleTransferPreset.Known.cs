namespace MLNetStyle;

/// <content>The presets, each with its source.</content>
public sealed partial class StyleTransferPreset
{
    /// <summary>Adam's steps in articles that optimise torchvision's normalised pixels, in levels of 0..255: 255 times the mean
    /// deviation.</summary>
    private const double NormalisedLevels = 255 * (0.229 + 0.224 + 0.225) / 3;

    private static readonly string[] s_relus = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    /// <summary>
    /// Our own default: Gram matrices at relu1_1 to relu5_1 and content at relu4_2, relative losses, L-BFGS from the content through
    /// a pyramid from 128 pixels. Relative weights are meant for every network and size.
    /// </summary>
    public static StyleTransferPreset Default { get; } = new("default", "our own: relative losses, L-BFGS, coarse to fine", "compact",
        Pooling.Max, _ => { });

    /// <summary>
    /// Udacity's deep learning course, "Style Transfer with Deep Neural Networks": content conv4_2, style conv1_1 to conv5_1 weighted 1,
    /// 0.75, 0.2, 0.2, 0.2, Gram matrices as they are, each layer's mean square divided by C H W, weights 1 and 1e6, Adam from the content,
    /// 2000 steps of 0.003 in normalised pixels, both pictures 400 pixels at most and of one size. Weights for torchvision's input. In
    /// torchvision ReLUs overwrite their input, so the article's program in fact compares relu1_1 where it says conv1_1; here the layers
    /// are those it names.
    /// </summary>
    public static StyleTransferPreset Udacity { get; } = new("udacity",
        "Udacity's course: Gram matrices without normalisation, Adam, 2000 steps", "vgg19", Pooling.Max, o =>
    {
        Absolute(o, ActivationScale.Torchvision, 1, 1e6);
        (o.ContentLayers, o.StyleLayers) = (["conv4_2"], ["conv1_1", "conv2_1:0.75", "conv3_1:0.2", "conv4_1:0.2", "conv5_1:0.2"]);
        (o.GramNormalization, o.StyleDivisor) = (GramNormalization.None, StyleDivisor.MapElements);
        (o.Optimizer, o.LearningRate, o.Iterations, o.PreviewEvery) = (OptimizerKind.Adam, 0.003 * NormalisedLevels, 2000, 400);
        (o.Size, o.FitStyle) = (400, true);
    });

    /// <summary>
    /// "Neural style in TensorFlow" after Gatys, Ecker and Bethge 2015: relu4_2 and relu1_1 to relu5_1, means of squares, weights 5, 500
    /// and
    /// 100 with total variation as the sum of squares over its count, normal noise of 0.256 levels, Adam with rate 10, 0.9, 0.999 and
    /// 1e-8, 5000 generations, a picture every 250. Weights for Oxford's input, 0..255. The article's noise is around ImageNet's mean
    /// colour, here around mid-grey; it works at the content's own size, which Size 0 gives.
    /// </summary>
    public static StyleTransferPreset TensorFlow { get; } = new("tensorflow",
        "the TensorFlow article: Adam from faint noise, total variation, 5000 steps", "vgg19", Pooling.Max, o =>
    {
        Absolute(o, ActivationScale.Oxford, 5, 500);
        (o.TvWeight, o.TvKind) = (100, TotalVariationKind.MeanSquared);
        (o.Start, o.NoiseDeviation) = (StartImage.Noise, 0.256);
        (o.Optimizer, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon) = (OptimizerKind.Adam, 10, 0.9, 0.999, 1e-8);
        (o.Iterations, o.PreviewEvery) = (5000, 250);
    });

    /// <summary>
    /// PyTorch's tutorial "Neural Transfer Using PyTorch" by Alexis Jacq: losses right after the first convolutions, style after conv1_1,
    /// conv1_2,
    /// conv2_1, conv2_2 and conv3_1, content after conv2_2, so that the network ends at conv3_1; Gram matrices over C H W, weights 1 and
    /// 1e6,
    /// L-BFGS from the content, 300 evaluations, here 300 iterations. Weights for torchvision's input. The tutorial makes both pictures
    /// square; here the style is stretched to the content's shape.
    /// </summary>
    public static StyleTransferPreset PyTorchTutorial { get; } = new("pytorch-tutorial",
        "PyTorch's tutorial: the first five convolutions, L-BFGS", "vgg19", Pooling.Max, o =>
    {
        Absolute(o, ActivationScale.Torchvision, 1, 1e6);
        (o.ContentLayers, o.StyleLayers) = (["conv2_2"], ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"]);
        (o.Iterations, o.FitStyle) = (300, true);
    });

    /// <summary>
    /// Keras' example "Neural style transfer" by François Chollet, in its form for VGG-16: content block4_conv2, style block1_conv1 to
    /// block5_conv1 with a fifth each, sums of squares divided by 4 * 3^2 * (H W)^2, content 0.025, style 1, total variation
    /// ((a + b)^1.25) 1, height 400, both pictures of one size, uniform noise, L-BFGS. Weights for Oxford's input, 0..255. The article runs
    /// ten rounds of at most 20 evaluations; here one run of 200 iterations gives a picture every 20.
    /// </summary>
    public static StyleTransferPreset Keras { get; } = new("keras", "Keras' example: VGG-16, sums of squares, L-BFGS in ten rounds",
        "vgg16", Pooling.Max, o =>
    {
        Absolute(o, ActivationScale.Oxford, 0.025, 1);
        o.StyleLayers = [.. s_relus.Select(l => new LayerWeight(l, 0.2))];
        (o.ContentReduction, o.GramNormalization, o.StyleDivisor) = (ContentReduction.Sum, GramNormalization.None, StyleDivisor.ImageArea);
        (o.TvWeight, o.TvKind) = (1, TotalVariationKind.Power);
        (o.Start, o.NoiseKind) = (StartImage.Noise, NoiseKind.Uniform);
        (o.Iterations, o.PreviewEvery, o.History) = (200, 20, 10);
        (o.Size, o.SizeOf, o.FitStyle) = (400, PictureSide.Height, true);
    });

    /// <summary>
    /// Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016: VGG-19 with average pooling and every filter
    /// rescaled to a mean activation of 1, relu4_2 and relu1_1 to relu5_1, content to style 1 to 1000, white noise, L-BFGS, both pictures
    /// of one size. The paper's equations 1 and 4 sum content over all positions and average style over them, so that with this ratio the
    /// content alone would count; its authors' program (PytorchNeuralStyleTransfer) takes means of both, Gram matrices over H W, and
    /// 1000 / C^2 for a layer of C channels, and so does this preset. The paper names no number of iterations; the program has 500. Its
    /// noise has a deviation of 1 level: from noise of all levels red and green dots stay, because fine changes of colour hardly change the
    /// loss.
    /// </summary>
    public static StyleTransferPreset Gatys { get; } = new("gatys", "Gatys, Ecker and Bethge 2016: average pooling, white noise, L-BFGS",
        "vgg19", Pooling.Average, o =>
    {
        Absolute(o, ActivationScale.UnitMean, 1, 1000);
        double[] channels = [64, 128, 256, 512, 512];
        o.StyleLayers = [.. s_relus.Select((l, i) => new LayerWeight(l, 1 / (channels[i] * channels[i])))];
        o.GramNormalization = GramNormalization.Positions;
        (o.Start, o.NoiseDeviation, o.Iterations, o.FitStyle) = (StartImage.Noise, 1, 500, true);
    });

    /// <summary>
    /// Justin Johnson's neural-style, 2015: relu4_2 and relu1_1 to relu5_1, means of squares, Gram matrices over C H W, weights 5 and 100,
    /// total
    /// variation 1e-3 with a plain difference for its gradient, normal noise of 0.001 levels, L-BFGS with 100 corrections, 1000 iterations
    /// at 512
    /// pixels. Weights for Oxford's input, 0..255.
    /// </summary>
    public static StyleTransferPreset JohnsonNeuralStyle { get; } = new("johnson-neural-style",
        "Justin Johnson's neural-style: L-BFGS, 1000 iterations", "vgg19", Pooling.Max, o =>
    {
        Absolute(o, ActivationScale.Oxford, 5, 100);
        (o.TvWeight, o.TvKind) = (1e-3, TotalVariationKind.HalfSquared);
        (o.Start, o.NoiseDeviation) = (StartImage.Noise, 0.001);
        (o.Iterations, o.History) = (1000, 100);
    });

    /// <summary>
    /// Katherine Crowson's style-transfer-pytorch: relu4_2 by sum(d^2) / sum(|d|), relu1_1 to relu5_1 weighted 256 : 64 : 16 : 4 : 1, means
    /// and
    /// covariances matched by the 2-Wasserstein distance, weights 0.015 and 1, total variation 2 in pixels of 0..1, Adam with rate 0.02 in
    /// those
    /// pixels, 0.9 and 0.99, sizes from 128 by the square root of 2, 1000 iterations at the first and 500 at every other, iterates
    /// averaged with 0.99. Weights for torchvision's input. The tool pads the first convolution with the border's pixels and carries
    /// Adam's moments from size to size; here they start anew.
    /// </summary>
    public static StyleTransferPreset Crowsonkb { get; } = new("crowsonkb",
        "Katherine Crowson's tool: 2-Wasserstein, Adam through many sizes, averaged", "vgg19", Pooling.Max, o =>
    {
        Absolute(o, ActivationScale.Torchvision, 0.015, 1);
        double[] weights = [256, 64, 16, 4, 1];
        o.StyleLayers = [.. s_relus.Select((l, i) => new LayerWeight(l, weights[i] / weights.Sum()))];
        (o.StyleTerms, o.ContentReduction) = ([StyleStatistic.Wasserstein], ContentReduction.Scaled);
        (o.TvWeight, o.TvKind) = (2.0 / (255 * 255), TotalVariationKind.MeanSquared);
        (o.Optimizer, o.LearningRate, o.Beta1, o.Beta2) = (OptimizerKind.Adam, 0.02 * 255, 0.9, 0.99);
        (o.CoarsestSize, o.PyramidFactor, o.Iterations, o.StageIterations) = (128, Math.Sqrt(2), 1000, [1000, 500]);
        (o.AverageIterates, o.AverageDecay) = (true, 0.99);
    });

    /// <summary>
    /// STROTSS, "Style Transfer by Relaxed Optimal Transport and Self-Similarity", Kolkin, Salavon, Shakhnarovich 2019 (arXiv:1904.12785):
    /// self-similarity at relu3_3, relu4_2 and relu5_1, optimal transport at the layers the paper samples that our file of VGG-19 has,
    /// relu1_1 to relu5_1, four sizes from 64 to 512 pixels with 200 steps each, content to style 16 at the coarsest size and halved at
    /// each, here 16 at all of them, colours as the style's. The paper descends by RMSprop on a Laplacian pyramid and anew sampled
    /// hypercolumns; here L-BFGS does on the pixels, layer by layer.
    /// </summary>
    public static StyleTransferPreset Strotss { get; } = new("strotss",
        "STROTSS: relaxed optimal transport and self-similarity, 64 to 512 pixels", "vgg19", Pooling.Max, o =>
    {
        (o.ContentWeight, o.StyleWeight, o.NeighborWeight, o.TvWeight) = (16, 2, 0, 0);
        (o.ContentLayers, o.SelfSimilarity) = (["relu3_3", "relu4_2", "relu5_1"], 1);
        o.StyleLayers = ["relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_3", "relu4_1", "relu4_2", "relu5_1"];
        o.StyleTerms = [StyleStatistic.OptimalTransport];
        (o.CoarsestSize, o.Iterations, o.StageIterations) = (64, 800, [200]);
    });

    /// <summary>
    /// NNST, "Neural Neighbor Style Transfer", Kolkin, Kucera, Paris, Sýkora, Shechtman, Shakhnarovich 2022 (arXiv:2203.13215), by
    /// optimisation (section 3.2): each place drawn to its nearest neighbour among the style's places in four rotations, at relu1_1 to
    /// relu4_1, no content loss (matches are searched for with 0.75 of the content's features), 200 steps a size from 64 pixels to 512,
    /// colours as the style's. The paper matches hypercolumns of all layers at once and descends by Adam on a Laplacian pyramid; here
    /// every layer is matched by itself and L-BFGS descends on the pixels.
    /// </summary>
    public static StyleTransferPreset Nnst { get; } = new("nnst", "NNST: nearest neighbours alone, 64 to 512 pixels", "vgg19",
        Pooling.Max, o =>
    {
        (o.ContentWeight, o.StyleWeight, o.NeighborWeight, o.TvWeight) = (0, 0, 1, 0);
        o.NeighborLayers = ["relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_3", "relu4_1"];
        (o.NeighborRotations, o.CoarsestSize, o.Iterations, o.StageIterations) = (true, 64, 800, [200]);
    });

    /// <summary>What the articles have in common: absolute losses, one size, no early end; no total variation unless they say so.</summary>
    private static void Absolute(StylizationOptions options, ActivationScale scale, double content, double style)
    {
        (options.Normalization, options.ActivationScale) = (LossNormalization.Absolute, scale);
        (options.ContentWeight, options.StyleWeight, options.TvWeight) = (content, style, 0);
        (options.NeighborWeight, options.Recolor) = (0, 0);
        (options.CoarsestSize, options.Tolerance) = (StylizationOptions.MaxSize, 0);
    }
}
