using System.CommandLine;
using MLNetStyle.Queues;
using MLNetStyle.Samples.Batch;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>mlnetstyle worker --queue CONNECTION: makes what 'batch --queue' has put there.</summary>
internal sealed class WorkerCommand
{
    private const int MostShares = 64;

    private readonly QueueArguments _queue = new("The PostgreSQL database of the shares, as in "
        + $"\"Host=db;Database=pictures;Username=painter\"; {QueueArguments.Variable} unless given. A password is best left to "
        + "PGPASSFILE or PGPASSWORD");
    private readonly Option<int> _sideBySide = Numbers.Only(new Option<int>("--side-by-side")
    {
        Description = "Shares made at a time, each by a process of its own",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    });
    private readonly Option<int> _lostAfter = Numbers.Only(new Option<int>("--lost-after")
    {
        Description = "Seconds after which a share goes to another worker when its own gives no sign of life; the same for all workers of "
            + "a queue",
        DefaultValueFactory = _ => 60,
        HelpName = "SECONDS",
    });
    private readonly Option<int> _dashboard = Numbers.Only(new Option<int>("--dashboard")
    {
        Description = "Show the queue's state in a browser at http://127.0.0.1:PORT, to this machine alone",
        HelpName = "PORT",
    });

    private readonly IReadOnlyList<string> _program;

    private WorkerCommand(IReadOnlyList<string> program) => _program = program;

    /// <summary>The command.</summary>
    /// <param name="program">The program that makes a share, with its first arguments; none for this one.</param>
    public static Command Create(params string[] program)
    {
        WorkerCommand own = new(program.Length > 0 ? program : ShareProgram.Own);
        Command command = new TeachingCommand("worker",
            "Makes the shares of batches that 'batch --queue' has put into a database, until it is stopped.", """
            Examples:
              mlnetstyle batch /store/holiday --style painting.jpg --output-dir /store/painted --queue "Host=db;Database=pictures"
              mlnetstyle worker --queue "Host=db;Database=pictures"
              mlnetstyle batch --output-dir /store/painted --status

            Start one on each machine; each must see the batch's folders under the same names. SIGTERM or Ctrl-C gives the share at hand
            back; a worker that is killed loses it to another after --lost-after. A picture that ends its process is set aside after three
            attempts. Who may write to the database decides what workers read and write.
            """);
        foreach (Option option in (Option[])[own._queue.Option, own._sideBySide, own._lostAfter, own._dashboard])
            command.Options.Add(HelpGroups.Put(option, HelpGroups.Machine));
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string? connection = _queue.Connection(parsed) ?? Environment.GetEnvironmentVariable(QueueArguments.Variable);
        int shares = parsed.GetValue(_sideBySide), lostAfter = parsed.GetValue(_lostAfter);
        int? dashboard = parsed.GetResult(_dashboard) is null ? null : parsed.GetValue(_dashboard);
        UsageException.ThrowIfAny([
            connection is null ? $"No --queue is given, and {QueueArguments.Variable} is not set." : QueueArguments.Refusal(connection),
            shares is < 1 or > MostShares ? $"--side-by-side is {shares}; it must be 1 to {MostShares}." : null,
            lostAfter is < 5 or > 86400 ? $"--lost-after is {lostAfter}; it must be 5 to 86400 seconds." : null,
            dashboard is < 0 or > 65535 ? $"--dashboard is '{dashboard}'; it must be a port from 0 to 65535, 0 for any that is free." : null,
        ]);
        BatchQueue queue = BatchQueue.Open(connection!, TimeSpan.FromSeconds(lostAfter));
        await QueueWorker.RunAsync(queue, new ShareProgram(_program, Terminal.Note), shares, dashboard, Terminal.Warning,
            address => Terminal.Note($"Waiting for shares of '{BatchQueue.Named(connection!)}'"
                + $"{(address is null ? "" : $"; {address} shows them")}. Ctrl-C ends it."), cancellation);
        return 0;
    }
}
