namespace MLNetStyle.Kernels;

/// <summary>A method as work for a <see cref="WorkerPool"/>; made once, so that running it allocates nothing.</summary>
/// <param name="action">Receives the item's number and the worker's.</param>
internal sealed class Work(Action<int, int> action) : IWork
{
    public void Execute(int item, int worker) => action(item, worker);
}
