using Orleans.Concurrency;

namespace Engage.Contracts.Rooms;

/// <summary>One person's notifications: who mentioned her where. Bounded, newest first. Key: the user's id.</summary>
[Alias("engage.IInboxGrain")]
public interface IInboxGrain : IGrainWithStringKey
{
    /// <summary>Adding the same mention again is harmless.</summary>
    [Alias("AddAsync")]
    Task AddAsync([Immutable] Mention mention);

    [AlwaysInterleave, Alias("ListAsync")]
    Task<Mention[]> ListAsync();

    /// <summary>All up to now are read.</summary>
    [Alias("ClearAsync")]
    Task ClearAsync();

    /// <summary>Keeps nothing any more.</summary>
    [Alias("EraseAsync")]
    Task EraseAsync();

    /// <summary>Drops mentions that were made before then.</summary>
    /// <returns>How many.</returns>
    [Alias("ExpireAsync")]
    Task<int> ExpireAsync(DateTimeOffset before);

    /// <summary>From then on mentions are pushed; renew within <see cref="WatchLifetime"/>.</summary>
    [AlwaysInterleave, Alias("WatchAsync")]
    Task<Mention[]> WatchAsync(IInboxObserver observer);

    [AlwaysInterleave, Alias("UnwatchAsync")]
    Task UnwatchAsync(IInboxObserver observer);

    static readonly TimeSpan WatchLifetime = TimeSpan.FromMinutes(2);
}

[Alias("engage.IInboxObserver")]
public interface IInboxObserver : IGrainObserver
{
    [Alias("OnMention")]
    void OnMention(UserId user, [Immutable] Mention mention);
}

[GenerateSerializer, Immutable, Alias("engage.mention")]
public sealed record Mention(
    [property: Id(0)] RoomId Room,
    [property: Id(1)] long Seq,
    [property: Id(2)] Person By,
    [property: Id(3)] string Text,
    [property: Id(4)] DateTimeOffset At)
{
    /// <summary>Texts are nobody else's business: see <see cref="Accounts.SecretText"/>.</summary>
    public override string ToString() => $"{nameof(Mention)}({Room}, {Seq})";
}
