using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Grains.Users;

namespace Engage.Grains.Tests;

public sealed class ActionLogTests
{
    [Fact]
    public void WhatWasDoneBeforeAnEventIsToldTheSameNowAndAfterACrash()
    {
        var actions = new List<StoredAction>();
        var told = new List<string>();

        for (var offset = 1; offset <= 20; offset++)
        {
            ActionLog.Add(actions, Act(ActivityKind.Viewed, $"c-{offset}"), offset);
            told.Add(Tell(actions, offset));
        }

        Assert.Equal(told, Enumerable.Range(1, 20).Select(offset => Tell(actions, offset)));
        Assert.Equal("", told[0]);
        Assert.Equal(16, told[^1].Split(' ').Length);
        Assert.EndsWith("c-19", told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsShownIsNoActionAndOnlyARatingHasAnOpinion()
    {
        var actions = new List<StoredAction>();

        ActionLog.Add(actions, Act(ActivityKind.Impression, "c-1"), 1);
        ActionLog.Add(actions, Act(ActivityKind.Purchased, "c-1", 9900), 2);
        ActionLog.Add(actions, Act(ActivityKind.Rated, "c-1", 4), 3);

        Assert.Equal([null, 4f], ActionLog.Before(actions, 4).Select(action => action.Value));
    }

    private static string Tell(List<StoredAction> actions, long offset) =>
        string.Join(' ', ActionLog.Before(actions, offset).Select(action => action.Content));

    private static ActivityEvent Act(ActivityKind kind, string content, double? value = null) => new()
    {
        EventId = Guid.NewGuid(), User = new UserId("u"), Kind = kind, Content = new ContentId(content), Value = value,
        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000),
    };
}
