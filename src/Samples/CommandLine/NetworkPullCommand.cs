using System.CommandLine;
using System.Globalization;
using MLNetStyle.Networks;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle networks pull NAME: fetches a known network from its publisher.</summary>
internal static class NetworkPullCommand
{
    public static Command Create()
    {
        Argument<string> name = new("NAME") { Description = "vgg16 or vgg19" };
        name.AcceptOnlyFromAmong([.. KnownModel.All.Where(m => m.Downloads is not null).Select(m => m.Name)]);
        Option<string> from = new("--from")
        {
            Description = "Another address of the same file, a mirror; its hash must be the same",
            HelpName = "URL"
        };
        Command command = new("pull", "Fetches a network's weights from their publisher, goes on after a cut, and checks the "
            + "hash.") { name, from };
        command.SetAction(async (parsed, cancellation) =>
        {
            KnownModel model = KnownModel.Of(parsed.GetRequiredValue(name))!;
            string? mirror = parsed.GetValue(from);
            UsageException.ThrowIfAny([mirror is null || (Uri.TryCreate(mirror, UriKind.Absolute, out Uri? uri)
                && uri.Scheme is "http" or "https")
                ? null : $"--from '{mirror}' is no http or https address."]);
            string target = await FetchAsync(model, mirror, cancellation);
            Network network = NetworkImport.Read(target, null);
            string verdict = NetworkImport.Verify(network, target);
            Console.Out.WriteLine(Terminal.Plain($"{model.Name}: {verdict}"));
            Console.Out.WriteLine(Terminal.Plain($"  file   {target}"));
            Console.Out.WriteLine($"  sha256 {network.Sha256}");
            if (ModelFiles.Find(model.Name) is { } found && found != target)
                Terminal.Note($"The name {model.Name} leads to {found}, which is looked for before; --network {target} takes the one "
                    + $"fetched.");
            return 0;
        });
        return command;
    }

    private static async Task<string> FetchAsync(KnownModel model, string? mirror, CancellationToken cancellation)
    {
        using NetworkDownload download = new();
        List<string> failures = [];
        foreach (KnownDownload source in model.Downloads!)
        {
            KnownDownload chosen = mirror is null ? source : source with { Url = mirror };
            string target = Path.Combine(ModelFiles.CacheFolder, model.Name + Path.GetExtension(source.File));
            try
            {
                Terminal.Note($"{chosen.Url}{(source.Bytes is { } bytes ? $", {Megabytes(bytes)}" : "")}, {model.Licence}");
                int shown = -1;
                await download.FetchAsync(chosen, target, (done, all) =>
                {
                    int tenth = all > 0 ? (int)(10 * done / all) : 0;
                    if (tenth == shown) return;
                    shown = tenth;
                    Terminal.Note(all > 0 ? $"  {Megabytes(done)} of {Megabytes(all)}" : $"  {Megabytes(done)}");
                }, why => Terminal.Note($"  {why}"), cancellation);
                return target;
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                failures.Add($"{e.Message} Without a connection: fetch {chosen.Url} on another machine, and put it here as {target} "
                    + $"(or take it over "
                    + $"with mlnetstyle networks import FILE --name {model.Name}).");
            }
        }
        throw new IOException(string.Join(Environment.NewLine, failures));
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
