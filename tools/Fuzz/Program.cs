using System.CommandLine;
using MLNetStyle.Fuzz;
using MLNetStyle.Graphs;

Telemetry.Forbid();
Option<string[]> targets = new("--targets")
{
    Description = "What is attacked: networks, models, pictures, masks, reports",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. Target.All.Select(t => t.Name)],
};
Option<int> cases = new("--cases") { Description = "Damaged files for each target", DefaultValueFactory = _ => 2000, HelpName = "N" };
Option<int> seed = new("--seed") { Description = "What damage is drawn from: the same seed tries the same files", HelpName = "N" };
Option<int> first = new("--first") { Description = "The first case, to go on from or to look at one", HelpName = "N" };
Option<string?> corpus = new("--corpus") { Description = "A folder of more files to damage", HelpName = "DIR" };
Option<bool> worker = new("--worker") { Hidden = true };
RootCommand root = new(
    "Damages files and reads them: reports crashes, hangs, memory beyond 1 GiB, and exceptions that no documentation names.")
{ targets, cases, seed, first, corpus, worker };
root.SetAction(parsed =>
{
    Target[] chosen = [.. parsed.GetRequiredValue(targets).Select(name => Target.All.FirstOrDefault(t => t.Name == name)
        ?? throw new ArgumentException($"'{name}' is no target; there are {string.Join(", ", Target.All.Select(t => t.Name))}."))];
    (int many, int from, int drawn) = (parsed.GetValue(cases), parsed.GetValue(first), parsed.GetValue(seed));
    return parsed.GetValue(worker) ? Campaign.Work(chosen[0], drawn, from, many, parsed.GetValue(corpus))
        : chosen.Sum(t => new Campaign(t, drawn, parsed.GetValue(corpus)).Run(from, many)) > 0 ? 1 : 0;
});
return root.Parse(args).Invoke();
