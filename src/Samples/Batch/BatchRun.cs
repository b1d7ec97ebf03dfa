using System.Collections.Concurrent;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.Batch;

/// <summary>
/// Works through pictures: the next one is read while one is painted and the one before is written. What goes wrong with a picture stays
/// with
/// it; what goes wrong with the place of the results ends the run, and nothing half-written is left.
/// </summary>
/// <param name="state">What has been done.</param>
/// <param name="painter">Makes the pictures.</param>
/// <param name="writing">How a picture's file is written.</param>
/// <param name="workers">How many pictures are painted side by side.</param>
/// <param name="watch">Told what happens.</param>
internal sealed class BatchRun(BatchState state, IBatchPainter painter, Func<BatchItem, PictureWriteOptions> writing, int workers,
    IBatchWatch watch)
{
    private const int Ahead = 1;

    private readonly Lock _watching = new();
    private int _done, _failed, _begun;
    private Exception? _fatal;

    /// <summary>The pictures that were made.</summary>
    public int Done => _done;

    /// <summary>The pictures that can't be made.</summary>
    public int Failed => _failed;

    /// <summary>Makes pictures: first those that were never begun, then one after the other those that were at work when a process ended,
    /// so
    /// that the one that ended it is told from those beside it.</summary>
    /// <param name="items">The pictures, each with the attempts that came to no end.</param>
    /// <param name="inOrder">Whether their order is kept.</param>
    /// <param name="cancellation">Ends it: what isn't written is thrown away.</param>
    /// <exception cref="IOException">Nothing can be written any more.</exception>
    /// <exception cref="UnauthorizedAccessException">The permission to write is missing.</exception>
    public void Execute(IReadOnlyList<(BatchItem Item, int Attempts)> items, bool inOrder, CancellationToken cancellation)
    {
        (BatchItem, int)[] suspects = [.. items.Where(i => i.Attempts > 0)];
        bool alone = inOrder && suspects.Length > 0;
        if (!alone) Execute([.. items.Where(i => i.Attempts == 0)], items.Count, cancellation);
        foreach ((BatchItem, int) one in alone ? [.. items] : suspects)
            if (!cancellation.IsCancellationRequested) Execute([one], items.Count, cancellation);
    }

    private void Execute(IReadOnlyList<(BatchItem Item, int Attempts)> items, int count, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using BlockingCollection<Job> read = new(Ahead), painted = new(Ahead + workers);
        Task reading = Started(() =>
        {
            foreach ((BatchItem item, int attempts) in items)
            {
                if (stop.IsCancellationRequested) break;
                Job job = new(item, attempts);
                state.Begin(item, attempts);
                if (!Guarded(job, () => job.Input = painter.Read(item))) continue;
                read.Add(job);
            }
        }, read.CompleteAdding);
        int at = workers;
        Task[] painting = [.. Enumerable.Range(0, workers).Select(worker => Started(() =>
        {
            foreach (Job job in read.GetConsumingEnumerable())
            {
                if (stop.IsCancellationRequested) TakeBack(job);
                else if (Guarded(job, () => Paint(job, worker, count, stop.Token))) painted.Add(job);
            }
        }, () =>
        {
            if (Interlocked.Decrement(ref at) == 0) painted.CompleteAdding();
        }))];
        Task writer = Started(() =>
        {
            foreach (Job job in painted.GetConsumingEnumerable())
            {
                if (_fatal is not null) TakeBack(job);
                else Guarded(job, () => Write(job));
            }
        }, () => { });
        Task.WaitAll([reading, .. painting, writer]);
        if (_fatal is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(_fatal).Throw();

        Task Started(Action work, Action end) => Task.Factory.StartNew(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                End(e);
            }
            finally
            {
                end();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // False if the picture is over: it failed, or was cut short.
        bool Guarded(Job job, Action work)
        {
            try
            {
                work();
                if (!job.IsCut) return true;
                TakeBack(job);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                TakeBack(job);
            }
            catch (WriteFailure e)
            {
                TakeBack(job);
                End(e.InnerException!);
            }
            catch (Exception e)
            {
                try
                {
                    Fail(job.Item, e);
                }
                catch (Exception f) when (f is IOException or UnauthorizedAccessException)
                {
                    TakeBack(job);
                    End(f);
                }
            }
            return false;
        }

        void End(Exception e)
        {
            Interlocked.CompareExchange(ref _fatal, e, null);
            stop.Cancel();
        }
    }

    private void Paint(Job job, int worker, int count, CancellationToken cancellation)
    {
        int number = Interlocked.Increment(ref _begun) - 1;
        StylizationCallbacks? callbacks;
        lock (_watching) callbacks = watch.Begun(job.Item, number, count, workers == 1);
        job.Picture = painter.Paint(job.Item, job.Input!, worker, callbacks, cancellation);
        (job.Input, job.IsCut) = (null, job.Picture is null);
    }

    private void Write(Job job)
    {
        BatchPicture picture = job.Picture!;
        string output = state.OutputOf(job.Item);
        byte[] bytes = PictureWriter.Encode(new Picture(picture.Color, picture.Alpha), output, writing(job.Item));
        try
        {
            picture.WriteReport?.Invoke(output);
            state.Finish(job.Item, bytes, job.Attempts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WriteFailure(e);
        }
        Interlocked.Increment(ref _done);
        lock (_watching) watch.Made(job.Item, picture);
        job.Picture = null;
    }

    private void Fail(BatchItem item, Exception e)
    {
        Interlocked.Increment(ref _failed);
        string reason;
        lock (_watching) reason = watch.Failed(item, e);
        state.Fail(item, reason);
    }

    private void TakeBack(Job job)
    {
        lock (_watching) watch.Cut(job.Item);
        try
        {
            state.TakeBack(job.Item, job.Attempts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It counts as an attempt then: where nothing can be written, nothing can be taken back.
        }
    }

    private sealed class Job(BatchItem item, int attempts)
    {
        public BatchItem Item => item;

        public int Attempts => attempts;

        public BatchInput? Input { get; set; }

        public BatchPicture? Picture { get; set; }

        public bool IsCut { get; set; }
    }

    private sealed class WriteFailure(Exception inner) : Exception(inner.Message, inner);
}

/// <summary>Told what happens in a batch, one call at a time.</summary>
internal interface IBatchWatch
{
    /// <summary>A picture is begun.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="number">Its number among those of this run, from 0.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="alone">Whether no other is painted beside it.</param>
    /// <returns>What is called on its way; null for nothing.</returns>
    StylizationCallbacks? Begun(BatchItem item, int number, int count, bool alone);

    /// <summary>A picture is there.</summary>
    void Made(BatchItem item, BatchPicture picture);

    /// <summary>A picture can't be made; gives the reason in words.</summary>
    string Failed(BatchItem item, Exception exception);

    /// <summary>A picture was cut short and thrown away.</summary>
    void Cut(BatchItem item);
}
