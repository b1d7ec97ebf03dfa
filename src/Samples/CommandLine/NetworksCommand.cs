using System.CommandLine;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle networks: what is known, what is there, and where it is looked for.</summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        Command command = new("networks", "Lists the feature networks: which are known, which were found, and where they are looked for.");
        command.SetAction(_ =>
        {
            foreach (KnownModel model in KnownModel.All)
            {
                string where = ModelFiles.Find(model.Name)
                    ?? (model.ComesWithLibrary ? "comes with the program" : $"not found. {model.HowToGet}");
                Console.Out.WriteLine($"{model.Name}: {model.Title}, {model.Licence}");
                Console.Out.WriteLine($"  from   {model.Source}");
                Console.Out.WriteLine($"  file   {where}");
            }
            Console.Out.WriteLine($"{NetworkRelay.Name}: {string.Join(", then ", NetworkRelay.Networks(NetworkRelay.Name))}, at each "
                + $"size one after the other");
            Console.Out.WriteLine($"Looked for in, in this order ({ModelFiles.Variable} adds folders in front):");
            foreach (string folder in ModelFiles.Folders()) Console.Out.WriteLine($"  {folder}");
            return 0;
        });
        return command;
    }
}
