using System.Text;
using Engage.Api.Realtime.Transport;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Tests.Rooms;

/// <summary>What a flush says of the state, also after batches were missed and it was fetched anew.</summary>
public sealed class RoomFeedTests
{
    private readonly RoomFeed _feed = new(new("r-1"), windowEntries: 100, windowBytes: 100_000);

    [Fact]
    public void WhatVanishedInMissedBatchesIsTakenFromReadersInStep()
    {
        _feed.Reset(
            Attachment(1), Snapshot(1, """{"questions":{"1":{},"2":{}},"polls":{"3":{}}}""", """{"held":{"4":{}}}"""));

        var isBridged = _feed.TryBridge(Attachment(2), Snapshot(2, """{"questions":{"2":{}}}""", "{}"));
        var flush = _feed.TakePending();

        Assert.True(isBridged);
        Assert.Contains("""{"questions":{"2":{},"1":null},"polls":{"3":null}}""", Text(flush.Everyone));
        Assert.Contains(
            """{"questions":{"2":{},"1":null},"polls":{"3":null},"held":{"4":null}}""", Text(flush.Moderators));
        Assert.Equal(
            """{"questions":{"2":{}},"polls":{}}""",
            Encoding.UTF8.GetString(_feed.State(moderator: false, withRemoved: false)));
    }

    [Fact]
    public void RefreshOfATooLargeStateTellsWhatVanishedAndForgetsWhatHadBeenToldBefore()
    {
        var many = string.Join(',', Enumerable.Range(1, 5_000).Select(id => $"\"{id}\":{{}}"));
        _feed.Reset(Attachment(1), Snapshot(1, $"{{\"questions\":{{{many}}}}}", "{}"));

        var wasTooLarge = _feed.IsStateTooLarge;
        _feed.TryBridge(Attachment(1), Snapshot(1, """{"questions":{"9":{}}}""", "{}"));
        var told = Text(_feed.TakePending().Everyone);
        _feed.TryBridge(Attachment(1), Snapshot(1, """{"questions":{"9":{}}}""", "{}"));

        Assert.True(wasTooLarge);
        Assert.Contains("\"5000\":null", told);
        Assert.False(_feed.IsStateTooLarge);
    }

    [Fact]
    public void ModeratorsAreToldTheStateInTheOrderInWhichItChanged()
    {
        _feed.Reset(Attachment(1), Snapshot(1, "{}", "{}"));
        // A vote of which moderators alone see the totals, then the close, which everyone sees: both in one flush.
        _feed.Apply(Batch(1, 2, state: null, forModerators: """{"polls":{"50":{"open":true}}}"""));
        _feed.Apply(Batch(2, 3, state: """{"polls":{"50":{"open":false}}}""", forModerators: null));

        var flush = _feed.TakePending();

        Assert.Contains("""{"50":{"open":false}}""", Text(flush.Moderators), StringComparison.Ordinal);
        Assert.Contains("""{"50":{"open":false}}""", Text(flush.Everyone), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatOnlyModeratorsMaySeeIsInTheirFrameAlone()
    {
        _feed.Reset(Attachment(1), Snapshot(1, "{}", "{}"));
        _feed.Apply(Batch(1, 2, state: """{"present":3}""", forModerators: """{"held":{"9":{"text":"wait"}}}"""));

        var flush = _feed.TakePending();

        Assert.Contains("wait", Text(flush.Moderators), StringComparison.Ordinal);
        Assert.DoesNotContain("wait", Text(flush.Everyone), StringComparison.Ordinal);
    }

    private static RoomBatch Batch(long after, long to, string? state, string? forModerators) => new()
    {
        Room = new("r-1"), After = after, To = to, Entries = [], State = Bytes(state),
        ModeratorState = Bytes(forModerators),
    };

    private static byte[]? Bytes(string? json) => json is null ? null : Encoding.UTF8.GetBytes(json);

    private static RoomAttachment Attachment(long seq) => new(
        new() { Id = new("r-1"), Community = new("g"), Creator = new("k"), Title = new() { En = "Room" } },
        seq, 0, [], []);

    private static RoomSnapshot Snapshot(long seq, string everyone, string moderators) =>
        new(seq, Encoding.UTF8.GetBytes(everyone), Encoding.UTF8.GetBytes(moderators));

    private static string Text(PushFrame? frame) => Encoding.UTF8.GetString(frame!.Bytes.Span);
}
