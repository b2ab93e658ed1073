using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Grains.Activity;
using Engage.Grains.Users;
using Engage.Recommend;

namespace Engage.Grains.Tests;

public sealed class ActionLogTests
{
    [Fact]
    public void WhatWasDoneBeforeAnEventIsToldTheSameNowAndAfterACrash()
    {
        var actions = new Newest<StoredAction>();
        var told = new List<string>();

        for (var offset = 1; offset <= 34; offset++)
        {
            ActionLog.Add(actions, Act(ActivityKind.Viewed, $"c-{offset}"), offset);
            told.Add(Tell(actions, offset));
        }

        Assert.Equal(told, Enumerable.Range(1, 34).Select(offset => Tell(actions, offset)));
        Assert.Equal("", told[0]);
        Assert.Equal(new OutlookOptions().HistoryNeeded, told[^1].Split(' ').Length);
        Assert.EndsWith("c-33", told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsShownIsNoActionAndOnlyARatingHasAnOpinion()
    {
        var actions = new Newest<StoredAction>();

        ActionLog.Add(actions, Act(ActivityKind.Impression, "c-1"), 1);
        ActionLog.Add(actions, Act(ActivityKind.Purchased, "c-1", 9900), 2);
        ActionLog.Add(actions, Act(ActivityKind.Rated, "c-1", 4), 3);

        Assert.Equal([null, 4f], ActionLog.Last(actions).Select(action => action.Value));
    }

    [Fact]
    public void WhatIsNoLongerKnownIsNotToldAsIfTheUserWereNew()
    {
        var actions = new Newest<StoredAction>();
        var counters = new SmallMap<ActivityKind>();
        counters.Set(ActivityKind.Impression, 500);
        for (var offset = 1; offset <= 100; offset++)
        {
            ActionLog.Add(actions, Act(ActivityKind.Viewed, $"c-{offset}"), offset);
            counters.Set(ActivityKind.Viewed, offset);
        }

        var told = Enumerable.Range(1, 100)
            .Select(offset => ActionLog.Before(actions, ActionLog.Count(counters), offset)).ToArray();

        Assert.All(told[..80], Assert.Null);
        Assert.All(told[^ActionLog.HistoryMax..], history => Assert.Equal(ActionLog.HistoryMax, history!.Length));
        Assert.Equal("c-99", told[^1]![^1].Content);
    }

    [Fact]
    public void ActionsOfAStateOfBeforeTheyWereKeptAreUnknownUntilTheWindowIsFull()
    {
        var state = new UserState();
        for (var before = 1; before <= 3; before++) state.Count(ActivityKind.Liked);

        var known = Enumerable.Range(4, 40).Select(offset =>
        {
            state.Count(ActivityKind.Viewed);
            ActionLog.Add(state.Actions, Act(ActivityKind.Viewed, $"c-{offset}"), offset);
            return ActionLog.Before(state.Actions, ActionLog.Count(state.Counters), offset) is not null;
        }).ToArray();

        Assert.Equal(ActionLog.HistoryMax, Array.IndexOf(known, true));
        Assert.All(known[ActionLog.HistoryMax..], Assert.True);
    }

    private static string Tell(Newest<StoredAction> actions, long offset) =>
        string.Join(' ', ActionLog.Before(actions, actions.Count, offset)!.Select(action => action.Content));

    private static ActivityEvent Act(ActivityKind kind, string content, double? value = null) => new()
    {
        EventId = Guid.NewGuid(), User = new UserId("u"), Kind = kind, Content = new ContentId(content), Value = value,
        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000),
    };
}
