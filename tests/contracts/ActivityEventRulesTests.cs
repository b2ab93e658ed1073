using Engage.Contracts.Activity;

namespace Engage.Contracts.Tests;

public sealed class ActivityEventRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void EveryKindIsGoodWithWhatItNeeds(ActivityKind kind)
    {
        var good = Good(kind);

        Assert.Null(ActivityEventRules.Check(good, Now));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void EveryKindIsRefusedWithoutItsTarget(ActivityKind kind)
    {
        var aimless = Good(kind) with { Content = null, Creator = null, Community = null, Attributes = null };

        Assert.Contains(
            $"'{ActivityEventRules.Name(kind)}' needs",
            ActivityEventRules.Check(aimless, Now),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ActivityKind.Progressed, -0.01)]
    [InlineData(ActivityKind.Progressed, 1.01)]
    [InlineData(ActivityKind.Progressed, double.NaN)]
    [InlineData(ActivityKind.Progressed, null)]
    [InlineData(ActivityKind.Rated, 5.5)]
    [InlineData(ActivityKind.Rated, -1.0)]
    [InlineData(ActivityKind.Rated, null)]
    [InlineData(ActivityKind.Purchased, -1.0)]
    [InlineData(ActivityKind.Purchased, double.PositiveInfinity)]
    [InlineData(ActivityKind.Viewed, 1.0)]
    public void ValuesOutsideTheirMeaningAreRefused(ActivityKind kind, double? value)
    {
        var wrong = Good(kind) with { Value = value };

        Assert.StartsWith("value:", ActivityEventRules.Check(wrong, Now), StringComparison.Ordinal);
    }

    [Fact]
    public void ClockMayRunAheadByTheAllowedSkewAndNoMore()
    {
        var justAllowed = Good(ActivityKind.Viewed) with { OccurredAt = Now + ActivityEventRules.ClockSkewMax };
        var tooFar = justAllowed with { OccurredAt = justAllowed.OccurredAt.AddMilliseconds(1) };

        Assert.Null(ActivityEventRules.Check(justAllowed, Now));
        Assert.StartsWith("occurredAt:", ActivityEventRules.Check(tooFar, Now), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("has space")]
    [InlineData("名字")]
    [InlineData("a/b")]
    [InlineData("x1234567890123456789012345678901234567890123456789012345678901234")]
    public void IdsOutsideTheAlphabetAreRefused(string id)
    {
        var wrong = Good(ActivityKind.Viewed) with { Content = new ContentId(id) };

        Assert.StartsWith("content:", ActivityEventRules.Check(wrong, Now), StringComparison.Ordinal);
    }

    [Fact]
    public void AttributesAreBounded()
    {
        var many = Enumerable.Range(0, ActivityEventRules.AttributesMax + 1).ToDictionary(i => $"k{i}", _ => "v");
        var longKey = new Dictionary<string, string>
        {
            [new string('k', ActivityEventRules.AttributeKeyLengthMax + 1)] = "v",
        };
        var longValue = new Dictionary<string, string>
        {
            ["k"] = new string('v', ActivityEventRules.AttributeValueLengthMax + 1),
        };

        Assert.All([many, longKey, longValue], attributes => Assert.StartsWith(
            "attributes:",
            ActivityEventRules.Check(Good(ActivityKind.Viewed) with { Attributes = attributes }, Now),
            StringComparison.Ordinal));
    }

    [Fact]
    public void EmptyEventIdIsRefused()
    {
        var wrong = Good(ActivityKind.Viewed) with { EventId = Guid.Empty };

        Assert.StartsWith("eventId:", ActivityEventRules.Check(wrong, Now), StringComparison.Ordinal);
    }

    public static TheoryData<ActivityKind> AllKinds() => [.. Enum.GetValues<ActivityKind>()];

    private static ActivityEvent Good(ActivityKind kind) => new()
    {
        EventId = Guid.Parse("0199b5f0-7c1e-7000-8000-3d2f6c1a9b10"),
        User = new UserId("u-1"),
        Kind = kind,
        Content = kind is ActivityKind.Followed or ActivityKind.Searched ? null : new ContentId("c-1"),
        Creator = kind is ActivityKind.Followed ? new CreatorId("k-1") : null,
        Value = kind switch
        {
            ActivityKind.Progressed => 0.5,
            ActivityKind.Rated => 4,
            ActivityKind.Purchased => 9_900,
            _ => null,
        },
        OccurredAt = Now,
        Attributes = kind is ActivityKind.Searched
            ? new Dictionary<string, string> { ["query"] = "transformer 入门" }
            : null,
    };
}
