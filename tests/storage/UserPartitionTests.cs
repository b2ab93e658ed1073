using Engage.Contracts;

namespace Engage.Storage.Tests;

public sealed class UserPartitionTests
{
    /// <summary>Values from an independent implementation: they are stored, so they may never change.</summary>
    [Theory]
    [InlineData("user-1", 4729620347622785477)]
    [InlineData("u-42", 907548349661129008)]
    [InlineData("196", 1637805203156358739)]
    public void PartitionHashNeverChanges(string user, ulong hash)
    {
        Assert.Equal(hash, UserPartition.Hash(user));
        Assert.Equal((int)(hash % 8), UserPartition.Of(new UserId(user), 8));
    }

    [Fact]
    public void UsersSpreadEvenlyOverPartitions()
    {
        var counts = Enumerable.Range(0, 8_000)
            .CountBy(n => UserPartition.Of(new UserId($"user-{n}"), 8))
            .ToDictionary();

        Assert.Equal(8, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1_150));
    }
}
