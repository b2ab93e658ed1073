using Engage.Contracts.Rooms;

namespace Engage.Grains.Members;

/// <summary>Everybody with a role or restriction as of one change; large, so written seldom.</summary>
public sealed class MembersState
{
    /// <summary>How many changes are in it.</summary>
    public long Through { get; set; }

    /// <summary>Whether reasons are sealed (<see cref="SealedStandings"/>); false in rows from before.</summary>
    public bool Sealed { get; set; }

    public Dictionary<string, Standing> People { get; set; } = [];
}

/// <summary>The changes since: small, so written with each.</summary>
public sealed class MemberChangesState
{
    /// <summary>How many changes went before the first.</summary>
    public long After { get; set; }

    public List<MemberChange> Changes { get; set; } = [];
}

/// <summary>The standing that somebody has now; taking it in twice changes nothing.</summary>
/// <param name="Sealed">Whether its reasons are; false in rows from before.</param>
public sealed record MemberChange(string User, Standing Standing, bool Sealed = false);
