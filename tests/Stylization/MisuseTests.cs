using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>What callers should not do, and may: nothing crashes, nothing hangs.</summary>
public sealed class MisuseTests
{
    public const string Command = "misuse";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5); // against a hang, not a measure of speed

    /// <summary>The large one, for each engine: dotnet MLNetStyle.Tests.dll misuse ROUNDS.</summary>
    public static async Task<int> Execute(int rounds)
    {
        foreach ((EngineKind engine, int threads) in ((EngineKind, int)[])[(EngineKind.Cpu, 1), (EngineKind.Cpu, 2), (EngineKind.Onnx, 1)])
        {
            for (int done = 0; done < rounds; done += 100)
                await new MisuseTests().FourThreadsShareAndDisposeAStylizer(engine, threads, Math.Min(100, rounds - done));
            Console.WriteLine($"{engine}, {threads} threads: {rounds} rounds, no crash, no hang, no wrong exception");
        }
        return 0;
    }

    [Theory]
    [InlineData(EngineKind.Cpu, 1, 150)]
    [InlineData(EngineKind.Cpu, 2, 150)]
    [InlineData(EngineKind.Onnx, 1, 40)]
    public async Task FourThreadsShareAndDisposeAStylizer(EngineKind engine, int threads, int rounds)
    {
        PlanarImage content = StylizerTests.Picture(24, 20, 1), painting = StylizerTests.Picture(32, 32, 2);
        int made = 0, refused = 0, disposed = 0;
        Task all = Task.Run(() =>
        {
            for (int round = 0; round < rounds; round++)
            {
                StylizationOptions options = new() { Size = 24, Iterations = 3, Tolerance = 0 };
                (options.Compute.Engine, options.Compute.Threads) = (engine, threads);
                Stylizer stylizer = new(TinyNetwork.Shared.Network, options);
                StyleTarget style = stylizer.MeasureStyle(new StyleSource(painting));
                int number = round;
                Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, caller =>
                {
                    if (caller == number % 4) Thread.SpinWait(number * 400);
                    if (caller == number % 4) stylizer.Dispose();
                    else
                    {
                        try
                        {
                            if (caller % 2 == 0) stylizer.MeasureStyle(new StyleSource(painting));
                            else stylizer.Stylize(content, style);
                            Interlocked.Increment(ref made);
                        }
                        catch (ObjectDisposedException) { Interlocked.Increment(ref disposed); }
                        catch (InvalidOperationException e)
                        {
                            Assert.Contains("one picture at a time", e.Message);
                            Interlocked.Increment(ref refused);
                        }
                    }
                });
                Assert.Throws<ObjectDisposedException>(() => stylizer.Stylize(content, style));
            }
        });
        await all.WaitAsync(s_patience);
        Assert.Equal(3 * rounds, made + refused + disposed);
    }

    [Fact]
    public void ACallFromACallbackIsRefusedAndADisposalFromOneEndsTheRun()
    {
        PlanarImage content = StylizerTests.Picture(24, 20, 1);
        Stylizer stylizer = new(TinyNetwork.Shared.Network, new() { Size = 24, Iterations = 50, Tolerance = 0 });
        StyleTarget style = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(32, 32, 2)));
        StylizationResult result = stylizer.Stylize(content, style, callbacks: new()
        {
            Progress = p =>
            {
                Assert.Contains("at a time", Assert.Throws<InvalidOperationException>(() => stylizer.Stylize(content, style)).Message);
                if (p.Iteration == 3) stylizer.Dispose();
            },
        });
        Assert.Equal(StopReason.Cancelled, result.Stopped);
        Assert.Equal(3, result.History.Count);
        Assert.Throws<ObjectDisposedException>(() => stylizer.Stylize(content, style));
    }

    [Fact]
    public async Task APoolThatIsDisposedWhileItWorksFinishesTheWork()
    {
        for (int round = 0; round < 500; round++)
        {
            WorkerPool pool = new(3);
            int done = 0;
            using Barrier start = new(2);
            Task run = Task.Run(() =>
            {
                start.SignalAndWait();
                try
                {
                    pool.Run(new Work((_, _) => Interlocked.Increment(ref done)), 64);
                    Assert.Equal(64, done);
                }
                catch (ObjectDisposedException)
                {
                    Assert.Equal(0, done);
                }
            });
            start.SignalAndWait();
            pool.Stop();
            await run.WaitAsync(s_patience);
        }
    }

    [Fact]
    public async Task ASessionThatIsDisposedWhileItRunsEndsCleanly()
    {
        for (int round = 0; round < 40; round++)
        {
            GraphBuilder graph = new("misuse");
            GraphValue x = graph.Input("x", ElementType.Float, "64", "64"), y = x;
            for (int i = 0; i < 8; i++) y = graph.MatMul(y, x);
            graph.Output(y, "y");
            GraphSession session = new(graph);
            Dictionary<string, GraphTensor> feed = new() { ["x"] = new GraphTensor(new float[64 * 64], 64, 64) };
            Task[] runs = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                try
                {
                    for (int i = 0; i < 20; i++) session.Run(feed, "y");
                }
                catch (ObjectDisposedException)
                {
                    // what it is for
                }
            }))];
            session.Dispose();
            await Task.WhenAll(runs).WaitAsync(s_patience);
            Assert.Throws<ObjectDisposedException>(() => session.Run(feed, "y"));
        }
    }
}
