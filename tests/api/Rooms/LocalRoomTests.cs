using System.Diagnostics.Metrics;
using Engage.Api.Actors;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Api.Tests.Rooms;

/// <summary>The node's side of a room with a room and readers that do what the test wants.</summary>
public sealed class LocalRoomTests : IRoomObserver, IDisposable
{
    private readonly RoomId _id = new("r-1");
    private readonly FakeRoom _room;
    private readonly LocalRoom _local;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public LocalRoomTests()
    {
        _room = new(_id);
        var options = new RoomGatewayOptions { WindowEntries = 200, TickMax = TimeSpan.FromMilliseconds(10) };
        var metrics = new RoomMetrics(_services.GetRequiredService<IMeterFactory>());
        var grains = OneRoomFactory.Of(_room);
        // Tries follow each other at once, and a slow machine ends none of them: only a room that never answers does.
        var failover = new Failover(
            new() { Patience = FakeReader.Patience, FirstPause = TimeSpan.Zero }, TimeProvider.System);
        var node = new RoomNode(
            "n", grains, options, failover, TimeProvider.System, metrics, NullLogger.Instance, CancellationToken.None);
        _local = new(_id, node, this, new(grains, TimeProvider.System, metrics, NullLogger.Instance));
    }

    void IRoomObserver.OnBatch(RoomBatch batch) => _local.Take(batch);

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public async Task EveryReaderSeesTheLogWithoutGapOrOverlap(int seed, bool losesBatches)
    {
        var random = new Random(seed);
        var readers = new List<(FakeReader Reader, RoomListener Listener)>();
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(losesBatches ? 6 : 5))
            {
                case 0 when readers.Count < 30:
                    var reader = new FakeReader($"u-{step}", outboxBytes: 2_000);
                    readers.Add((reader, (await reader.JoinAsync(_local)).Listener));
                    break;
                case 1 when readers.Count > 0:
                    readers[random.Next(readers.Count)].Reader.Hold();
                    break;
                case 2 when readers.Count > 0:
                    readers[random.Next(readers.Count)].Reader.Release();
                    break;
                case 5:
                    _room.LosesBatches = random.Next(2) == 0;
                    break;
                default:
                    _room.Say(random.Next(1, 9));
                    break;
            }
        }
        _room.LosesBatches = false;
        _room.Say(1);

        foreach (var (reader, listener) in readers)
        {
            reader.Release();
            await reader.UntilAsync(() => reader.Seq == _room.Seq || reader.IsToReload);
            if (reader.IsToReload) await reader.JoinAsync(_local, after: null, listener);
            await reader.UntilAsync(() => reader.Seq == _room.Seq && reader.Said == _room.Seq);

            Assert.Empty(reader.Breaches);
            var seen = reader.Seen;
            Assert.Equal(Enumerable.Range((int)seen[0], seen.Length).Select(seq => (long)seq), seen);
            Assert.Equal(_room.Seq, seen[^1]);
        }
    }

    [Fact]
    public async Task CrowdThatJoinsAsksTheRoomOnce()
    {
        _room.Say(50);

        var readers = Enumerable.Range(0, 500).Select(i => new FakeReader($"u-{i}")).ToArray();
        await Task.WhenAll(readers.Select(reader => Task.Run(() => reader.JoinAsync(_local, after: 10))));

        Assert.All(readers, reader => Assert.Equal("resumed", reader.Mode));
        Assert.All(readers, reader => Assert.Equal(40, reader.Seen.Length));
        Assert.Equal((1, 1, 0), (_room.Attached, _room.Snapshots, _room.Reads));
    }

    [Fact]
    public async Task ModeratorsSeeMoreThanOthersAndNobodyMissesAnything()
    {
        _room.People[new("u-m")] = new() { Role = CommunityRole.Moderator };
        var (moderator, guest) = (new FakeReader("u-m"), new FakeReader("u-g"));
        await moderator.JoinAsync(_local);
        await guest.JoinAsync(_local);

        for (var i = 0; i < 20; i++)
        {
            _room.Say(1, RoomAudience.Moderators);
            _room.Say(1);
        }
        await moderator.UntilAsync(() => moderator.Seq == 40);
        await guest.UntilAsync(() => guest.Seq == 40);

        Assert.Equal(Enumerable.Range(1, 40).Select(seq => (long)seq), moderator.Seen);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => 2L * i), guest.Seen);
        Assert.Empty(moderator.Breaches);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task WhoIsBannedWhileSheComesInDoesNotComeIn()
    {
        var guest = new FakeReader("u-g");
        var other = new FakeReader("u-o");
        await other.JoinAsync(_local);
        _room.People[new("u-g")] = new() { BannedUntil = DateTimeOffset.MaxValue, BanReason = "spam" };

        var refused = await Assert.ThrowsAsync<RoomClosedToException>(() => guest.JoinAsync(_local));

        Assert.Equal("spam", refused.Reason);
        _room.Say(1);
        await other.UntilAsync(() => other.Seq == 1);
        Assert.Equal(0, guest.Frames);
    }

    [Fact]
    public async Task RemovalEndsAllConnectionsOfThePersonAndNoOther()
    {
        var (phone, desktop, other) = (new FakeReader("u-g"), new FakeReader("u-g"), new FakeReader("u-o"));
        foreach (var reader in new[] { phone, desktop, other }) await reader.JoinAsync(_local);

        _room.Tell(_room.Standings([], [new(new("u-g"), "banned", null)]));
        _room.Say(3);
        await other.UntilAsync(() => other.Seq == 3);

        Assert.Equal(("banned", "banned", null), (phone.ClosedFor, desktop.ClosedFor, other.ClosedFor));
        Assert.Equal([0, 0, 3], [phone.Seen.Length, desktop.Seen.Length, other.Seen.Length]);
    }

    [Fact]
    public async Task StandingHeardWhileTheNodeRenewsOutlivesTheRoomsOlderAnswer()
    {
        var muted = new Standing { MutedUntil = DateTimeOffset.MaxValue };
        var guest = new FakeReader("u-g");
        var listener = (await guest.JoinAsync(_local)).Listener;
        var (renewing, answer) = await RenewAsync();

        _room.Tell(_room.Standings([new(new("u-g"), muted)], []));
        answer.SetResult();
        await renewing;

        Assert.Equal(muted, listener.Person.Standing);
    }

    [Fact]
    public async Task WhoComesBackWhileTheNodeRenewsIsWhoSheIsNow()
    {
        _room.People[new("u-m")] = new() { Role = CommunityRole.Moderator };
        var reader = new FakeReader("u-m");
        await reader.JoinAsync(_local);
        var (renewing, answer) = await RenewAsync();

        _room.People[new("u-m")] = Standing.Visitor;
        _room.Tell(_room.Standings([new(new("u-m"), Standing.Visitor)], []));
        await reader.UntilAsync(() => reader.IsToReload);
        var listener = (await reader.JoinAsync(_local)).Listener;
        answer.SetResult();
        await renewing;

        Assert.Equal((false, false), (listener.Person.Standing.Moderates, listener.IsGone));
    }

    [Fact]
    public async Task SlowReaderHoldsNobodyUp()
    {
        var (slow, quick) = (new FakeReader("u-s", outboxBytes: 1_000), new FakeReader("u-q"));
        await slow.JoinAsync(_local);
        await quick.JoinAsync(_local);
        slow.Hold();

        for (var i = 0; i < 30; i++)
        {
            _room.Say(5);
            await quick.UntilAsync(() => quick.Seq == _room.Seq);
        }
        var waiting = slow.Outbox.WaitingBytes;
        slow.Release();
        await slow.UntilAsync(() => slow.Seq == _room.Seq);

        Assert.InRange(waiting, 1, 1_000 + 4_000);
        Assert.Equal(Enumerable.Range(1, 150).Select(seq => (long)seq), slow.Seen);
        Assert.Empty(slow.Breaches);
    }

    [Fact]
    public async Task RepeatedSubmissionIsTheSameSubmission()
    {
        var failures = 3;
        _room.Fails = _ => failures-- > 0 ? new TimeoutException() : null;

        var outcome = await _local.Submissions.ActAsync(Say("u-1"))!;

        Assert.Equal(1, outcome.Seq);
        Assert.Equal(4, _room.Submissions.Count);
        Assert.Single(_room.Submissions.Distinct());
    }

    [Fact]
    public async Task UnknownOutcomeIsToldToAllWhoWaitAndTheRoomGoesOn()
    {
        _room.Fails = _ => new InvalidOperationException("the disk is gone");
        await Assert.ThrowsAsync<RoomOutcomeUnknownException>(() => _local.Submissions.ActAsync(Say("u-1"))!);

        _room.Fails = _ => null;
        var outcome = await _local.Submissions.ActAsync(Say("u-1"))!;

        Assert.Equal(1, outcome.Seq);
    }

    [Fact]
    public async Task BusyRoomKeepsWhoCameAndRefusesTheRest()
    {
        var busy = 1;
        _room.Fails = submission => submission.Commands.Length > 0 && busy-- > 0
            ? new BusyException("full", TimeSpan.Zero)
            : null;
        var acting = _local.Submissions.ActAsync(Say("u-1"))!;
        _local.Submissions.Entered(new(new("u-2"), "u-2"));

        await Assert.ThrowsAsync<BusyException>(() => acting);
        await _local.Submissions.ActAsync(Say("u-1"))!;

        Assert.Contains(_room.Submissions, submission => submission.Entered.Any(person => person.User.Value == "u-2"));
    }

    [Fact]
    public async Task ReactionsOfManyAreOneCount()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() =>
            _local.Submissions.ReactAsync(i % 2 == 0 ? "👏" : "🎉", 3)!)));

        var counts = _room.Submissions.SelectMany(submission => submission.Reactions).ToLookup(each => each.Emoji);
        Assert.Equal([150, 150], [counts["👏"].Sum(each => each.Count), counts["🎉"].Sum(each => each.Count)]);
        Assert.True(_room.Submissions.Count < 100);
    }

    /// <returns>When the room has been asked: the renewal under way, and what lets the answer through.</returns>
    private async Task<(Task Renewing, TaskCompletionSource Answer)> RenewAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _room.Attaching = () =>
        {
            asked.TrySetResult();
            return answer.Task;
        };
        var renewing = _local.RenewAsync();
        await asked.Task;
        return (renewing, answer);
    }

    private static RoomCommand Say(string user) => new(new(new(user), user), new Say(Guid.NewGuid(), "hello"));
}
