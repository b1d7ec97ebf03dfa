using System.CommandLine;
using MLNetStyle.Samples.Pipelines;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle sample NAME: runs one of the short ML.NET programs.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        Argument<string> name = new("NAME") { Description = "The sample: one of those listed below", HelpName = "NAME" };
        Option<string?> content = new("--content") { Description = "A content picture; a painted lake unless given", HelpName = "FILE" };
        Option<string?> style = new("--style", "-s")
        {
            Description = "A style picture; swirling oil paint unless given",
            HelpName = "FILE"
        };
        Option<string> network = new("--network")
        {
            Description = "The feature network",
            DefaultValueFactory = _ =>
            ModelFiles.DefaultNetwork,
            HelpName = "NAME|FILE"
        };
        Option<string> folder = new("--output-dir", "-o")
        {
            Description = "Where results go; made if it is missing",
            DefaultValueFactory = _ => "sample-results",
            HelpName = "DIR"
        };
        name.AcceptOnlyFromAmong([.. PipelineSamples.All.Select(s => s.Name)]);
        string list = string.Join(Environment.NewLine, PipelineSamples.All.Select(s => $"  {s.Name,-18} {s.Summary}"));
        Command command = new TeachingCommand("sample", "Runs a short ML.NET program that shows one feature; its source is in src/Samples/Pipelines.", $"""
            Samples:
            {list}

            Example: mlnetstyle sample style-transfer
            """)
        { name, content, style, network, folder };
        command.SetAction(parsed =>
        {
            string contentFile = parsed.GetValue(content) ?? SamplePictures.Find("content", "mountain_lake.jpg", "--content");
            string styleFile = parsed.GetValue(style) ?? SamplePictures.Find("style", "swirling_oil.jpg", "--style");
            UsageException.ThrowIfAny([
                ImageFiles.Refusal(contentFile, "--content"),
                ImageFiles.Refusal(styleFile, "--style"),
                File.Exists(parsed.GetRequiredValue(folder)) ? $"--output-dir '{parsed.GetValue(folder)}' is a file; name a folder." : null,
            ]);
            Directory.CreateDirectory(parsed.GetRequiredValue(folder));
            PipelineSamples.Find(parsed.GetRequiredValue(name))!.Run(
                new SampleInput(contentFile, styleFile, parsed.GetRequiredValue(network), parsed.GetRequiredValue(folder), Console.Out));
            return 0;
        });
        return command;
    }
}
