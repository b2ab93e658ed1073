using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Inbox;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Engage.Grains.Tests;

public sealed class InboxTests
{
    [Fact]
    public async Task NewestHundredStayNewestFirstAndOutliveTheirActor()
    {
        await using var platform = await TestPlatform.StartAsync();
        var mentions = Enumerable.Range(1, 130).Select(seq => Mention(seq, $"u-{seq % 10}")).ToArray();
        await InboxRoom.CreateAsync(platform, mentions);
        foreach (var mention in mentions) await Inbox(platform).AddAsync(mention);

        await platform.StopAsync();
        await platform.StartAsync();
        var listed = await Inbox(platform).ListAsync();

        Assert.Equal(mentions[30..].Reverse(), listed);
    }

    [Fact]
    public async Task SameMentionIsTakenOnceAlsoAfterItWasRead()
    {
        await using var platform = await StartAsync(2);
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
        Mention[] mentions = [Mention(1, "u-3"), .. Enumerable.Range(2, 151).Select(seq => Mention(seq))];
        await InboxRoom.CreateAsync(platform, mentions);
        foreach (var mention in mentions[..151]) await Inbox(platform).AddAsync(mention);
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
        await using var platform = await StartAsync(1);
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
        await using var platform = await StartAsync(1);
        await Inbox(platform).ListAsync();

        platform.Storage.Refuses = state => state == "inbox";
        await Assert.ThrowsAsync<OrleansException>(() => Inbox(platform).AddAsync(Mention(1)));
        platform.Storage.Refuses = _ => false;
        await Inbox(platform).AddAsync(Mention(1));
        await platform.StopAsync();
        await platform.StartAsync();

        Assert.Equal(1, Assert.Single(await Inbox(platform).ListAsync()).Seq);
    }

    [Fact]
    public async Task MentionsOfARoomThatDoesNotExistAreLeftOut()
    {
        await using var platform = await StartAsync(1);
        await Inbox(platform).AddAsync(Mention(1));

        await Inbox(platform).AddAsync(Mention(2) with { Room = new("r-nowhere") });

        Assert.Equal([Mention(1)], await Inbox(platform).ListAsync());
    }

    [Fact]
    public async Task RoomIsAskedOnceForAllMentionsOfItThatAreUnread()
    {
        var calls = new RoomCalls();
        await using var platform = await TestPlatform.StartAsync(
            services => services.AddSingleton<IIncomingGrainCallFilter>(calls));
        await InboxRoom.CreateAsync(platform, Enumerable.Range(1, 5).Select(seq => Mention(seq)));
        foreach (var seq in (int[])[2, 3, 5]) await Inbox(platform).AddAsync(Mention(seq));
        var before = calls.Reads;

        var listed = await Inbox(platform).ListAsync();

        Assert.Equal([5, 3, 2], listed.Select(mention => (int)mention.Seq));
        Assert.Equal(1, calls.Reads - before);
    }

    [Fact]
    public async Task WordsThatAnEarlierVersionKeptAreTakenOutByTheDailyRound()
    {
        await using var platform = await StartAsync(1);
        var storage = platform.Storage;
        var inbox = Inbox(platform).GetGrainId();
        await storage.WriteStateAsync("inbox", inbox, new GrainState<InboxState>
        {
            State = new() { Items = [new(Mention(1) with { Text = "" }, false, "s1.sealed"), new(Mention(2), true)] },
        });

        var dropped = await Inbox(platform).ExpireAsync(DateTimeOffset.UnixEpoch);
        var stored = new GrainState<InboxState> { State = new() };
        await storage.ReadStateAsync("inbox", inbox, stored);

        Assert.Equal(0, dropped);
        Assert.All(
            stored.State!.Items,
            item => Assert.Equal(("", "", (string?)null), (item.Mention.Text, item.Mention.By.Name, item.Sealed)));
        Assert.Equal([Mention(1)], await Inbox(platform).ListAsync());
    }

    /// <summary>With a room in which so many mentions were said.</summary>
    private static async Task<TestPlatform> StartAsync(int mentions)
    {
        var platform = await TestPlatform.StartAsync();
        await InboxRoom.CreateAsync(platform, Enumerable.Range(1, mentions).Select(seq => Mention(seq)));
        return platform;
    }

    private static IInboxGrain Inbox(TestPlatform platform) => platform.Grains.GetGrain<IInboxGrain>("u-1");

    private static Mention Mention(long seq, string by = "u-2") =>
        new(new("r-1"), seq, new(new(by), "林"), $"@you {seq}", DateTimeOffset.UnixEpoch.AddSeconds(seq));

    private sealed class RoomCalls : IIncomingGrainCallFilter
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType == typeof(IRoomGrain)) Interlocked.Increment(ref _reads);
            return context.Invoke();
        }
    }

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
