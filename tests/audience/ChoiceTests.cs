using Engage.Audience.Model;

namespace Engage.Audience.Tests;

public sealed class ChoiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    private static readonly InterestSpace Space = new(3, [("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b2")]);

    [Fact]
    public void AffinityQualityNoveltyAndPlaceMoveTheClick()
    {
        var plain = new ContentTraits(Space.Topic("a1"), 0, Now - TimeSpan.FromDays(100));
        var middle = Choice.Click(0.3f, plain, 2, Now);

        Assert.True(Choice.Click(0.6f, plain, 2, Now) > middle);
        Assert.True(Choice.Click(0.3f, plain with { Quality = 1 }, 2, Now) > middle);
        Assert.True(Choice.Click(0.3f, plain with { PublishedAt = Now }, 2, Now) > middle);
        Assert.True(Choice.Click(0.3f, plain, 8, Now) < middle);
    }

    [Fact]
    public void NoveltyHalvesInThreeDays()
    {
        var content = new ContentTraits(Space.Topic("a1"), 0, Now - TimeSpan.FromDays(3));

        Assert.Equal(0.5, Choice.Novelty(content, Now), 6);
        Assert.Equal(1, Choice.Novelty(content with { PublishedAt = Now + TimeSpan.FromDays(1) }, Now));
    }

    [Fact]
    public void VisitorsOpenWhatTheyCareFor()
    {
        var liked = new Offer("c-1", "k", "g", "article", new(Space.Topic("a1"), 0, Now));
        var other = new Offer("c-2", "k", "g", "article", new(Space.Topic("b1"), 0, Now));
        var random = new Random(4);
        var taste = Taste.Draw(random, new(3, [("a", "a1")]));

        // Both orders, so that the place does not decide.
        var opened = Enumerable.Range(0, 500)
            .SelectMany(i => new Visit(random, taste, Now).Plan(i % 2 == 0 ? [liked, other] : [other, liked], null))
            .Where(act => act.Kind == "viewed").CountBy(act => act.Content!).ToDictionary();

        Assert.True(opened["c-1"] > 3 * opened.GetValueOrDefault("c-2"), string.Join(", ", opened));
    }

    [Fact]
    public void PlanIsInOrderOfTimeAndShowsBeforeItClicks()
    {
        var offer = new Offer("c-1", "k", "g", "course", new(Space.Topic("a1"), 1.5f, Now)) { Shown = (0.95f, false) };
        var random = new Random(4);
        var taste = Taste.Draw(random, new(3, [("a", "a1")]));

        var plans = Enumerable.Range(0, 200).Select(_ => new Visit(random, taste, Now).Plan([offer], null)).ToArray();

        Assert.All(plans, plan => Assert.Equal(plan.OrderBy(act => act.After), plan));
        Assert.All(plans, plan => Assert.Equal("impression", plan[0].Kind));
        Assert.All(plans, plan => Assert.Equal("0", plan[0].Attributes!["slot"]));
        Assert.All(plans, plan => Assert.Equal("0.95", plan[0].Attributes!["propensity"]));
        var kinds = plans.SelectMany(plan => plan).Select(act => act.Kind).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "clicked", "viewed", "progressed", "completed", "rated", "liked", "enrolled", "purchased", "followed",
            },
            kinds);
    }

    [Fact]
    public void ArrivalsComeAtTheAskedRate()
    {
        var random = new Random(9);

        var mean = Enumerable.Range(0, 20_000).Average(_ => Rhythm.NextGap(random, 4).TotalSeconds);

        Assert.InRange(mean, 0.24, 0.26);
    }

    [Fact]
    public void VisitsSwingAroundTheFavouriteHour()
    {
        var rhythm = new Rhythm(2, 8);

        Assert.True(rhythm.RateAt(Now) > 3 * rhythm.RateAt(Now + TimeSpan.FromHours(12)));
        Assert.True(rhythm.RateAt(Now + TimeSpan.FromHours(12)) > 0);
    }
}
