using System.CommandLine;
using MLNetStyle.Queues;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>--queue, of the commands that put shares of batches into a database and take them out.</summary>
/// <param name="description">What the command does with it.</param>
internal sealed class QueueArguments(string description)
{
    /// <summary>Where a worker's queue is unless an option says it.</summary>
    public const string Variable = "MLNETSTYLE_QUEUE";

    private readonly Option<string?> _queue = HelpGroups.Put(new Option<string?>("--queue")
    {
        Description = description,
        HelpName = "CONNECTION",
    }, HelpGroups.Machine);

    /// <summary>The option.</summary>
    public Option Option => _queue;

    /// <summary>The queue's connection string; null if none is given.</summary>
    public string? Connection(ParseResult parsed) => parsed.GetValue(_queue);

    /// <summary>What is wrong with a connection string, if anything.</summary>
    public static string? Refusal(string? connection)
    {
        if (connection is null) return null;
        try
        {
            BatchQueue.Named(connection);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
