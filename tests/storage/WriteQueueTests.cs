using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class WriteQueueTests
{
    [Fact]
    public void AppendsGoFirstAndStatesGetABoundedShare()
    {
        var queue = new WriteQueue(new StorageOptions { StateShareMax = 2, StateGroupMax = 3 });
        for (var i = 0; i < 7; i++) Assert.True(queue.TryAdd(Write(WriteLane.State), out _));
        for (var i = 0; i < 3; i++) Assert.True(queue.TryAdd(Write(WriteLane.Append), out _));

        var groups = Enumerable.Range(0, 4).Select(_ => Lanes(queue)).ToList();

        Assert.Equal("AAASS", groups[0]);
        Assert.Equal("SSS", groups[1]);
        Assert.Equal("SS", groups[2]);
        Assert.Equal("", groups[3]);
        Assert.Equal(0, queue.Rows);
    }

    [Fact]
    public void GroupEndsWhenItsRowsAreMany()
    {
        var queue = new WriteQueue(new StorageOptions { GroupRowsMax = 2 });
        for (var i = 0; i < 5; i++) queue.TryAdd(Write(WriteLane.Append), out _);

        Assert.Equal("AA", Lanes(queue));
        Assert.Equal("AA", Lanes(queue));
        Assert.Equal("A", Lanes(queue));
    }

    [Fact]
    public void ClosedQueueIsDrainedToItsEnd()
    {
        var queue = new WriteQueue(new StorageOptions());
        queue.TryAdd(Write(WriteLane.Append), out _);
        queue.Close();

        Assert.True(queue.WaitForWork());
        Assert.Equal("A", Lanes(queue));
        Assert.False(queue.WaitForWork());
        Assert.Throws<ObjectDisposedException>(() => queue.TryAdd(Write(WriteLane.Append), out _));
    }

    [Fact]
    public void RetryAfterFollowsTheObservedRate()
    {
        var rate = new DrainRate();
        rate.Observe(1_000, TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(2), rate.RetryAfter(4_000));
        Assert.Equal(DrainRate.RetryMin, rate.RetryAfter(1));
        Assert.Equal(DrainRate.RetryMax, rate.RetryAfter(1_000_000));
    }

    private static string Lanes(WriteQueue queue)
    {
        var group = new List<WriteRequest>();
        queue.Take(group);
        return string.Concat(group.Select(request => request.Lane == WriteLane.Append ? 'A' : 'S'));
    }

    private static DelegateWrite<int> Write(WriteLane lane) => new(lane, _ => 0, default);
}
