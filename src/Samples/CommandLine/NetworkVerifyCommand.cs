using System.CommandLine;
using MLNetStyle.Networks;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle networks verify: reads networks whole and tries them on a known picture.</summary>
internal static class NetworkVerifyCommand
{
    public static Command Create()
    {
        Argument<string[]> names = new("NAME|FILE")
        {
            Description = "What to verify; every known network that is here where none is given",
            Arity = ArgumentArity.ZeroOrMore
        };
        Command command = new("verify", "Checks networks: every weight is read, and a known picture is answered.") { names };
        command.SetAction(parsed =>
        {
            string[] asked = parsed.GetValue(names) ?? [];
            if (asked.Length == 0)
                asked = [.. KnownModel.All.Where(m => m.ComesWithLibrary || ModelFiles.Find(m.Name) is not null).Select(m => m.Name)];
            int failed = 0;
            foreach (string name in asked)
            {
                try
                {
                    Network network = Network.Load(name);
                    string verdict = NetworkImport.Verify(network, network.File ?? name);
                    bool shipped = KnownModel.Of(name)?.Sha256 == network.Sha256;
                    Console.Out.WriteLine(Terminal.Plain($"{name}: {verdict}"));
                    Console.Out.WriteLine(Terminal.Plain($"  file   {network.File ?? "in the library"}"));
                    Console.Out.WriteLine($"  sha256 {network.Sha256}{(shipped ? ", the manifest's" : "")}");
                }
                catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException)
                {
                    Terminal.Error($"{name}: {e.Message}");
                    failed++;
                }
            }
            return failed == 0 ? 0 : CommandRunner.Failed;
        });
        return command;
    }
}
