using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.States;
using Hangfire.Storage;
using Npgsql;

namespace MLNetStyle.Queues;

/// <summary>Shares of batches in a PostgreSQL database, kept by Hangfire in a schema of its own.</summary>
/// <remarks>
/// A share that a worker has taken belongs to it as long as the worker says, every fifth of <c>lostAfter</c>, that it is alive; then
/// another takes it. That is Hangfire's sliding timeout, which is not its default: with a fixed one a share that takes longer is begun
/// again and again. Safe for use by several threads.
/// </remarks>
internal sealed class BatchQueue
{
    // Hangfire's tables lie in this one.
    private const string Schema = "mlnetstyle";

    private const string SharesField = "shares", Workers = "mlnetstyle:workers", LostAfterField = "lost after";
    private static readonly TimeSpan s_lock = TimeSpan.FromMinutes(1), s_patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_keepIds = TimeSpan.FromDays(30);
    private static readonly string[] s_alive = [EnqueuedState.StateName, ScheduledState.StateName, ProcessingState.StateName,
        AwaitingState.StateName];

    private readonly string _name;
    private readonly TimeSpan _lostAfter;

    private BatchQueue(JobStorage storage, string name, TimeSpan lostAfter) => (Storage, _name, _lostAfter) = (storage, name, lostAfter);

    /// <summary>What Hangfire works with.</summary>
    public JobStorage Storage { get; }

    /// <summary>Opens the queue; its tables are made where they are missing.</summary>
    /// <param name="connection">The database, as Npgsql writes it: <c>Host=db;Database=pictures;Username=painter</c>.</param>
    /// <param name="lostAfter">After how long without a sign of life a worker's share goes to another.</param>
    /// <exception cref="ArgumentException">The text is no connection string.</exception>
    /// <exception cref="IOException">The database can't be reached or refuses; the message names it, without its password.</exception>
    public static BatchQueue Open(string connection, TimeSpan lostAfter)
    {
        string named = Named(connection);
        PostgreSqlStorageOptions options = new()
        {
            SchemaName = Schema,
            QueuePollInterval = TimeSpan.FromSeconds(1),
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = lostAfter,
            DistributedLockTimeout = s_lock, // of who was killed while holding one
            StartupConnectionMaxRetries = 0,
        };
        JobTypes.Only();
        GlobalConfiguration.Configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings();
        try
        {
            PostgreSqlStorage storage = new(new NpgsqlConnectionFactory(connection, options), options);
            return new BatchQueue(storage, named, lostAfter);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            throw new IOException($"The queue '{named}' can't be opened: {Cause(e)}. It takes a PostgreSQL database in which this user may "
                + "make tables.", e);
        }
    }

    /// <summary>
    /// Sees that all workers of the queue mean the same by lost: who takes a share looks at its own time, and who has it gives signs of
    /// life by its own.
    /// </summary>
    /// <exception cref="ArgumentException">Workers are at work with another time.</exception>
    /// <exception cref="IOException">The database can't be reached.</exception>
    public void AgreeOnLost() => Guarded(() =>
    {
        using IStorageConnection connection = Storage.GetConnection();
        using IDisposable own = connection.AcquireDistributedLock(Workers, s_patience);
        string mine = _lostAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        string? theirs = connection.GetAllEntriesFromHash(Workers)?.GetValueOrDefault(LostAfterField);
        bool others = Storage.GetMonitoringApi().Servers().Any(s => DateTime.UtcNow - s.Heartbeat < s_patience);
        if (others && theirs is not null && theirs != mine)
            throw new ArgumentException($"Workers of the queue '{_name}' are at work with a lost-after of {theirs} seconds, and this one has "
                + $"{mine}. Give all of them the same.");
        connection.SetRangeInHash(Workers, [new(LostAfterField, mine)]);
        return 0;
    });

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsTrouble(e))
        {
            throw new IOException($"The queue '{_name}' can't be used: {Cause(e)}.", e);
        }
    }

    private static bool IsTrouble(Exception e) => e is NpgsqlException or InvalidOperationException or System.Net.Sockets.SocketException
        or DistributedLockTimeoutException or PostgreSqlDistributedLockException;

    private static string Cause(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.TrimEnd('.');
    }

    /// <summary>A connection string without what is secret in it.</summary>
    /// <exception cref="ArgumentException">The text is no connection string.</exception>
    public static string Named(string connection)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or FormatException or InvalidCastException)
        {
            // Its text may hold a password: it isn't repeated.
            throw new ArgumentException("The queue is no connection string of PostgreSQL; write "
                + "\"Host=NAME;Database=NAME;Username=NAME\".", e);
        }
        if (string.IsNullOrEmpty(builder.Host)) throw new ArgumentException("The queue's connection string names no Host; write "
            + "\"Host=NAME;Database=NAME;Username=NAME\".");
        return $"{builder.Host}:{builder.Port.ToString(CultureInfo.InvariantCulture)}/{builder.Database ?? builder.Username}";
    }

    /// <summary>Puts the shares of a batch into the queue, but for those that wait or run already.</summary>
    /// <param name="batch">A name for the batch, equal for equal ones.</param>
    /// <param name="folder">The folder that relative paths begin from.</param>
    /// <param name="arguments">The arguments of the batch.</param>
    /// <param name="shares">How many shares it is to have; as long as some of it wait or run, it has as many as before.</param>
    /// <param name="wanted">Whether a share, of so many, has anything left to do.</param>
    /// <returns>How many were put in, how many wait or run, and how many shares the batch has.</returns>
    public (int Added, int Waiting, int Shares) Enqueue(string batch, string folder, string[] arguments, int shares,
        Func<int, int, bool> wanted) => Guarded(() =>
    {
        string key = $"mlnetstyle:{batch}";
        using IStorageConnection connection = Storage.GetConnection();
        using IDisposable own = connection.AcquireDistributedLock(key, s_patience);
        Dictionary<string, string> known = connection.GetAllEntriesFromHash(key) ?? [];
        HashSet<int> alive = [];
        foreach ((string field, string id) in known)
            if (int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int share)
                && s_alive.Contains(connection.GetJobData(id)?.State)) alive.Add(share);
        if (alive.Count > 0) shares = int.Parse(known[SharesField], CultureInfo.InvariantCulture);

        BackgroundJobClient client = new(Storage);
        Dictionary<string, string> now = new() { [SharesField] = shares.ToString(CultureInfo.InvariantCulture) };
        foreach (int share in Enumerable.Range(0, shares).Where(s => !alive.Contains(s) && wanted(s, shares)))
        {
            now[share.ToString(CultureInfo.InvariantCulture)] = client.Create<ShareJob>(
                job => job.Run(folder, arguments, share, shares, CancellationToken.None), new EnqueuedState());
        }
        using IWriteOnlyTransaction transaction = connection.CreateWriteTransaction();
        if (alive.Count == 0) transaction.RemoveHash(key);
        transaction.SetRangeInHash(key, now);
        if (transaction is JobStorageTransaction extended) extended.ExpireHash(key, s_keepIds);
        transaction.Commit();
        return (now.Count - 1, alive.Count, shares);
    });
}
