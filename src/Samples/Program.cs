using System.CommandLine;
using MLNetStyle.Samples.CommandLine;

RootCommand root = new("""
    Neural style transfer in .NET: repaints a picture with the textures and colours of another.

    Example: mlnetstyle stylize photo.jpg --style painting.jpg --output out.png
    """)
{
    StylizeCommand.Create(),
    BatchCommand.Create(),
    WorkerCommand.Create(),
    TrainCommand.Create(),
    FastStylesCommand.Create(),
    InterpolateCommand.Create(),
    GalleryCommand.Create(),
    NetworksCommand.Create(),
    ExportFeaturesCommand.Create(),
    SampleCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
