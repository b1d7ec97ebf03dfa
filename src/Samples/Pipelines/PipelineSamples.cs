namespace MLNetStyle.Samples.Pipelines;

/// <summary>The samples by name.</summary>
internal static class PipelineSamples
{
    public static IReadOnlyList<PipelineSample> All { get; } =
    [
        new("style-transfer", "LoadPictures and StyleTransfer: a picture in the style of another", IntroStyleTransfer.Run),
        new("blend-styles", "Two styles with weights", IntroBlendStyles.Run),
        new("coarse-fine", "Strokes and shapes of one picture, lines and colours of another", IntroCoarseFine.Run),
        new("learn-style", "LearnStyle: one style learned from a column of a whole data set", IntroLearnStyle.Run),
        new("spatial-control", "Mask columns: each region of the content gets a style of its own", IntroSpatialControl.Run),
        new("style-column", "Each row brings its own style image", IntroStyleColumn.Run),
        new("preserve-color", "PreserveColor: the style's strokes in the content's colours", IntroPreserveColor.Run),
        new("save-load", "Model.Save and Model.Load: the style travels inside the zip", IntroSaveLoad.Run),
        new("prediction-engine", "A PredictionEngine that styles one picture at a time", IntroPredictionEngine.Run),
        new("progress", "Progress, previews and cancellation of a run", IntroProgress.Run),
        new("vgg-features", "VggFeatures: feature maps as vector columns", IntroVggFeatures.Run),
        new("gram-statistics", "GramStatistics: Gram matrices of images and of feature columns", IntroGramStatistics.Run),
        new("style-distance", "StyleDistance: how far apart two pictures are in style", IntroStyleDistance.Run),
        new("apply-onnx-model", "NetworkExporter and ApplyOnnxModel: the same features through ML.NET's own ONNX transform",
            IntroApplyOnnxModel.Run),
    ];

    /// <summary>A sample by its name, whatever its case; null if there is none.</summary>
    public static PipelineSample? Find(string name) =>
        All.FirstOrDefault(sample => string.Equals(sample.Name, name, StringComparison.OrdinalIgnoreCase));
}
