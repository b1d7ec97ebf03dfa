using System.CommandLine;
using MLNetStyle.Networks;
using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle networks: what is known, what is there, and where it is looked for.</summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        Command command = new("networks", "Lists the feature networks: which are known, which were found, and where they are looked for.");
        command.SetAction(_ =>
        {
            Table table = new Table().Border(TableBorder.Rounded).AddColumns("network", "file", "licence", "source");
            foreach (KnownModel model in KnownModel.All)
                table.AddRow(new Text(model.Name), new Text(ModelFiles.Find(model.Name) ?? "not found"), new Text(model.Licence), new Text(model.Source));
            Terminal.Out.Write(table);
            Terminal.Out.WriteLine($"Looked for in, in this order ({ModelFiles.Variable} adds folders in front):");
            foreach (string folder in ModelFiles.Folders()) Terminal.Out.WriteLine($"  {folder}");
            return 0;
        });
        return command;
    }
}
