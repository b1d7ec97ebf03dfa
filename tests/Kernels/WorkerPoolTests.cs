using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void EachItemIsDoneOnce(int workers)
    {
        using WorkerPool pool = new(workers);
        for (int items = 0; items < 60; items++)
        {
            Count count = new(items, -1, workers);
            pool.Run(count, items);
            Assert.All(count.Times, t => Assert.Equal(1, t));
        }
    }

    [Fact]
    public void AnExceptionArrivesAtTheCallerAndThePoolLivesOn()
    {
        using WorkerPool pool = new(3);
        Assert.Equal("item 5", Assert.Throws<InvalidOperationException>(() => pool.Run(new Count(100, 5, 3), 100)).Message);
        Count count = new(100, -1, 3);
        pool.Run(count, 100);
        Assert.All(count.Times, t => Assert.Equal(1, t));
    }

    private sealed class Count(int items, int failing, int workers) : IWork
    {
        private readonly int[] _busy = new int[workers];

        public int[] Times { get; } = new int[items];

        public void Execute(int item, int worker)
        {
            Assert.Equal(1, Interlocked.Increment(ref _busy[worker]));
            if (item == failing) throw new InvalidOperationException($"item {item}");
            Interlocked.Increment(ref Times[item]);
            Interlocked.Decrement(ref _busy[worker]);
        }
    }
}
