using Engage.Contracts.Rooms;

namespace Engage.Contracts.Tests;

/// <summary>What a standing allows, and when.</summary>
public sealed class StandingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(CommunityRole.Visitor, null, false)]
    [InlineData(CommunityRole.Moderator, null, true)]
    [InlineData(CommunityRole.Owner, null, true)]
    [InlineData(CommunityRole.Moderator, 1, false)]
    [InlineData(CommunityRole.Moderator, -1, true)]
    public void ModeratorWhoIsBannedModeratesNothingMeanwhile(CommunityRole role, int? bannedForHours, bool moderates)
    {
        var standing = new Standing
        {
            Role = role,
            BannedUntil = bannedForHours is { } hours ? Now + TimeSpan.FromHours(hours) : null,
        };

        Assert.Equal(moderates, standing.ModeratesAt(Now));
    }
}
