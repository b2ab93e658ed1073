using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Tests;

public sealed class InboxTests
{
    [Fact]
    public async Task NewestHundredStayNewestFirstAndOutliveTheirActor()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Task.WhenAll(Enumerable.Range(1, 130).Select(seq =>
            Inbox(platform).AddAsync(Mention(seq, $"u-{seq % 10}"))));

        await platform.StopAsync();
        await platform.StartAsync();
        var mentions = await Inbox(platform).ListAsync();

        Assert.Equal(Enumerable.Range(31, 100).Reverse(), mentions.Select(mention => (int)mention.Seq));
    }

    [Fact]
    public async Task SameMentionIsTakenOnceAlsoAfterItWasRead()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Inbox(platform).AddAsync(Mention(1));
        await Inbox(platform).AddAsync(Mention(1));
        var before = await Inbox(platform).ListAsync();

        await Inbox(platform).ClearAsync();
        await Inbox(platform).AddAsync(Mention(1));
        await Inbox(platform).AddAsync(Mention(2));
        var after = await Inbox(platform).ListAsync();

        Assert.Equal(Mention(1), Assert.Single(before));
        Assert.Equal(Mention(2), Assert.Single(after));
    }

    [Fact]
    public async Task NobodyPushesTheMentionsOfOthersOut()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Inbox(platform).AddAsync(Mention(1, "u-3"));
        for (var seq = 2; seq <= 151; seq++) await Inbox(platform).AddAsync(Mention(seq));
        var flooded = await Inbox(platform).ListAsync();

        await Inbox(platform).ClearAsync();
        await Inbox(platform).AddAsync(Mention(152));
        var cleared = await Inbox(platform).ListAsync();

        Assert.Equal([.. Enumerable.Range(132, 20).Reverse(), 1], flooded.Select(mention => (int)mention.Seq));
        Assert.Equal(152, Assert.Single(cleared).Seq);
    }

    [Fact]
    public async Task WatcherIsToldOnceOfEachMention()
    {
        await using var platform = await TestPlatform.StartAsync();
        var watcher = new Watcher();
        var reference = platform.Grains.CreateObjectReference<IInboxObserver>(watcher);
        await Inbox(platform).AddAsync(Mention(1));

        var unread = await Inbox(platform).WatchAsync(reference);
        await Inbox(platform).AddAsync(Mention(2));
        await Inbox(platform).AddAsync(Mention(2));
        await Inbox(platform).AddAsync(Mention(3));
        await watcher.SawAsync(3);

        Assert.Equal(1, Assert.Single(unread).Seq);
        Assert.Equal([2, 3], watcher.Seen);
    }

    [Fact]
    public async Task MentionThatCouldNotBeStoredIsTakenByTheRetry()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Inbox(platform).ListAsync();

        platform.Storage.Refuses = state => state == "inbox";
        await Assert.ThrowsAsync<IOException>(() => Inbox(platform).AddAsync(Mention(1)));
        platform.Storage.Refuses = _ => false;
        await Inbox(platform).AddAsync(Mention(1));
        await platform.StopAsync();
        await platform.StartAsync();

        Assert.Equal(1, Assert.Single(await Inbox(platform).ListAsync()).Seq);
    }

    private static IInboxGrain Inbox(TestPlatform platform) => platform.Grains.GetGrain<IInboxGrain>("u-1");

    private static Mention Mention(long seq, string by = "u-2") =>
        new(new("r-1"), seq, new(new(by), "林"), $"@you {seq}", DateTimeOffset.UnixEpoch.AddSeconds(seq));

    private sealed class Watcher : IInboxObserver
    {
        private readonly List<long> _seen = [];
        private readonly TaskCompletionSource _saw = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _awaited = -1;

        public long[] Seen
        {
            get { lock (_seen) return [.. _seen]; }
        }

        public Task SawAsync(long seq)
        {
            lock (_seen)
            {
                _awaited = seq;
                if (_seen.Contains(seq)) _saw.TrySetResult();
            }
            return _saw.Task;
        }

        public void OnMention(UserId user, Mention mention)
        {
            lock (_seen)
            {
                _seen.Add(mention.Seq);
                if (mention.Seq == _awaited) _saw.TrySetResult();
            }
        }
    }
}
