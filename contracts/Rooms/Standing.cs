using Orleans.Concurrency;

namespace Engage.Contracts.Rooms;

[GenerateSerializer, Alias("engage.community-role")]
public enum CommunityRole
{
    /// <summary>Anybody: may watch and, where a room is open to all, take part.</summary>
    Visitor = 0,
    Member = 1,
    Moderator = 2,
    Owner = 3,
}

/// <summary>What one person may do in a community, and until when not.</summary>
[GenerateSerializer, Immutable, Alias("engage.standing")]
public sealed record Standing
{
    public static readonly Standing Visitor = new();

    [Id(0)] public CommunityRole Role { get; init; }

    /// <summary>May not enter until then; <see cref="DateTimeOffset.MaxValue"/>: for ever.</summary>
    [Id(1)] public DateTimeOffset? BannedUntil { get; init; }
    [Id(2)] public string? BanReason { get; init; }

    /// <summary>May not write until then.</summary>
    [Id(3)] public DateTimeOffset? MutedUntil { get; init; }
    [Id(4)] public string? MuteReason { get; init; }

    public bool Moderates => Role >= CommunityRole.Moderator;
    public bool IsBanned(DateTimeOffset now) => BannedUntil > now;

    /// <summary>A moderator who is banned moderates nothing meanwhile.</summary>
    public bool ModeratesAt(DateTimeOffset now) => Moderates && !IsBanned(now);

    public bool IsMuted(DateTimeOffset now) => MutedUntil > now;

    /// <summary>Reasons are nobody else's business: see <see cref="Accounts.SecretText"/>.</summary>
    public override string ToString() => $"{nameof(Standing)}({Role})";
}

/// <summary>A change of one person's standing; what is null stays as it is.</summary>
/// <param name="BannedUntil">The past lifts it.</param>
/// <param name="MutedUntil">The past lifts it.</param>
/// <param name="By">
/// Who wants it: must stand above the other person, or own the community to give a role. Null: the platform, which may
/// do all.
/// </param>
[GenerateSerializer, Immutable, Alias("engage.standing-change")]
public sealed record StandingChange(
    [property: Id(0)] UserId User,
    [property: Id(1)] CommunityRole? Role,
    [property: Id(2)] DateTimeOffset? BannedUntil,
    [property: Id(3)] string? BanReason,
    [property: Id(4)] DateTimeOffset? MutedUntil,
    [property: Id(5)] string? MuteReason,
    [property: Id(6)] UserId? By)
{
    public override string ToString() => $"{nameof(StandingChange)}({User})";
}

/// <summary>
/// One community's people: roles, bans and mutes, which hold in all its rooms. Key: the community's id.
/// </summary>
[Alias("engage.ICommunityMembersGrain")]
public interface ICommunityMembersGrain : IGrainWithStringKey
{
    /// <returns>One standing per user, in order; who was never mentioned is a visitor.</returns>
    [AlwaysInterleave, Alias("GetStandingsAsync")]
    Task<Standing[]> GetStandingsAsync([Immutable] UserId[] users);

    /// <summary>Durable when it completes; rooms that asked within the hour are told.</summary>
    /// <exception cref="StandingRefusedException">
    /// Whoever asks for it may not, the community would be left without an owner, or it has too many entries.
    /// </exception>
    [Alias("ChangeAsync")]
    Task<Standing> ChangeAsync(StandingChange change);

    /// <summary>A room that is active asks to be told of changes; renew within <see cref="WatchLifetime"/>.</summary>
    [AlwaysInterleave, Alias("WatchAsync")]
    Task WatchAsync(RoomId room);

    /// <summary>Everybody with a role or a restriction, in order of user id.</summary>
    [AlwaysInterleave, Alias("ListAsync")]
    Task<MembersPage> ListAsync(string? after, int limit);

    /// <summary>Takes a person's role and restrictions away, with all that was written about them.</summary>
    [Alias("EraseAsync")]
    Task EraseAsync(UserId user);

    static readonly TimeSpan WatchLifetime = TimeSpan.FromHours(1);

    /// <summary>People of one community with a role or a restriction in force.</summary>
    const int MembersMax = 100_000;
}

/// <summary>A change of somebody's standing was not made; the message says why and what would be.</summary>
[GenerateSerializer, Alias("engage.standing-refused")]
public sealed class StandingRefusedException(string message) : Exception(message);

[GenerateSerializer, Immutable, Alias("engage.member")]
public sealed record Member([property: Id(0)] UserId User, [property: Id(1)] Standing Standing);

/// <param name="Cursor">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("engage.members-page")]
public sealed record MembersPage([property: Id(0)] Member[] Items, [property: Id(1)] string? Cursor);
