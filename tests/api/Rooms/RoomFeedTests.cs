using System.Text;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Tests.Rooms;

/// <summary>What a flush says of the state.</summary>
public sealed class RoomFeedTests
{
    private static readonly RoomId Id = new("r-1");
    private readonly RoomFeed _feed = new(Id, windowEntries: 100, windowBytes: 10_000);

    public RoomFeedTests() => _feed.Reset(
        new(null, 1, 1, [], []), new(1, "{}"u8.ToArray(), "{}"u8.ToArray()));

    [Fact]
    public void ModeratorsAreToldTheStateInTheOrderInWhichItChanged()
    {
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
        _feed.Apply(Batch(1, 2, state: """{"present":3}""", forModerators: """{"held":{"9":{"text":"wait"}}}"""));

        var flush = _feed.TakePending();

        Assert.Contains("wait", Text(flush.Moderators), StringComparison.Ordinal);
        Assert.DoesNotContain("wait", Text(flush.Everyone), StringComparison.Ordinal);
    }

    private static RoomBatch Batch(long after, long to, string? state, string? forModerators) => new()
    {
        Room = Id, After = after, To = to, Entries = [], State = Bytes(state), ModeratorState = Bytes(forModerators),
    };

    private static byte[]? Bytes(string? json) => json is null ? null : Encoding.UTF8.GetBytes(json);

    private static string Text(Realtime.Transport.PushFrame? frame) => Encoding.UTF8.GetString(frame!.Bytes.Span);
}
