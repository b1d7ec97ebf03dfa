using MLNetStyle.Pipeline;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public sealed class OperationCacheTests
{
    private readonly List<Counted> _made = [];
    private readonly OperationCache _cache;

    public OperationCacheTests() => _cache = new OperationCache(state =>
    {
        if (state.Options == "bad") throw new InvalidDataException("bad");
        Counted made = new(state.Options);
        _made.Add(made);
        return made;
    });

    [Fact]
    public void RowsOfTheSameOptionsShareAnOperationThatStays()
    {
        Assert.Equal("a", Use("a"));
        Assert.Equal("a", Use("a"));
        Assert.Equal(0, Assert.Single(_made).Disposed);
    }

    [Fact]
    public void AnOperationThatIsReplacedIsDisposedOnceNobodyWorksWithIt()
    {
        _cache.Use("a".AsMemory(), null, (Counted a) =>
        {
            Use("b");
            Assert.Equal(0, a.Disposed);
            return 0;
        });
        Assert.Equal([1, 0], _made.Select(m => m.Disposed));
        Use("c");
        Assert.Equal([1, 1, 0], _made.Select(m => m.Disposed));
    }

    [Fact]
    public void WhatCannotBeReadLeavesTheOldOneInPlace()
    {
        Use("a");
        Assert.Throws<InvalidDataException>(() => Use("bad"));
        Assert.Equal("a", Use("a"));
        Assert.Equal(0, Assert.Single(_made).Disposed);
        Assert.Throws<InvalidDataException>(() => _cache.Use("a".AsMemory(), null, (NumberOperation _) => 0));
        Assert.Equal(0, Assert.Single(_made).Disposed);
    }

    private string Use(string options) => _cache.Use(options.AsMemory(), null, (Counted operation) => operation.Options);

    private sealed class Counted(string options) : Operation
    {
        public string Options => options;

        public int Disposed { get; private set; }

        public override SavedState Save() => new(options, []);

        public override void Dispose() => Disposed++;
    }
}
