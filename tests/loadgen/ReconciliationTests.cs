using Engage.LoadGen.Reconciling;

namespace Engage.LoadGen.Tests;

public sealed class ReconciliationTests
{
    private static readonly Actor User = new(ActorKind.User, "u-1");
    private static readonly Actor First = new(ActorKind.Content, "c-1");
    private static readonly Actor Second = new(ActorKind.Content, "c-2");

    [Fact]
    public void EqualTalliesHaveNoDifference()
    {
        var result = Reconciliation.Compare(Tally((User, 2), (First, 2)), Tally((User, 2), (First, 2)));

        Assert.Equal((0, 0, 0), (result.Lost, result.Doubled, result.Differences.Count));
    }

    [Fact]
    public void LostAndDoubledEventsOfOneViewDoNotCancelOut()
    {
        var expected = Tally((User, 4), (First, 2), (Second, 2));
        var actual = Tally((User, 4), (First, 1), (Second, 3));

        var result = Reconciliation.Compare(expected, actual);

        Assert.Equal((1, 1), (result.Lost, result.Doubled));
        Assert.Equal(
            [new Difference(First, "viewed", 2, 1), new Difference(Second, "viewed", 2, 3)], result.Differences);
    }

    [Fact]
    public void EventThatSeveralActorsMissIsLostOnce()
    {
        var result = Reconciliation.Compare(Tally((User, 1), (First, 1)), Tally((User, 0), (First, 0)));

        Assert.Equal((1, 0), (result.Lost, result.Doubled));
    }

    [Fact]
    public void CounterThatNobodyExpectedIsDoubled()
    {
        var result = Reconciliation.Compare(Tally((User, 1)), Tally((User, 1), (First, 1)));

        Assert.Equal((0, 1), (result.Lost, result.Doubled));
    }

    private static EventTally Tally(params (Actor Actor, long Count)[] counts)
    {
        var tally = new EventTally();
        foreach (var (actor, count) in counts)
            tally.Add(actor, "viewed", count);
        return tally;
    }
}
