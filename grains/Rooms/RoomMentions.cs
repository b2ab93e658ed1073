using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>
/// Tells people that they were mentioned: those whom the room knows, and so many a minute of one author. The room never
/// waits for it: what is not delivered is counted and left out, the message itself stands in the log.
/// </summary>
/// <remarks>
/// An inbox is an actor with a row in the database. Anybody can write any name into a message; were each of them told,
/// one person could make inboxes of people who do not exist, and fill those of others.
/// </remarks>
internal sealed partial class RoomMentions(
    RoomId room, Func<UserId, IInboxGrain> inbox, ICommunityMembersGrain members, RoomServingOptions options,
    RoomMetrics metrics, ILogger logger)
{
    /// <summary>Of the minute of the newest mention; whoever wrote within it.</summary>
    private readonly Dictionary<UserId, int> _told = [];
    private long _minute;
    private int _underWay;

    /// <summary>Whether somebody is here, or was; who is not may still have a role in the community.</summary>
    public required Func<UserId, bool> IsFromHere { get; init; }

    public void Notify(RoomEntry entry)
    {
        if (entry is not { Fact: Said { Mentions.Length: > 0 } said, By: { } by, Name: { } name }) return;

        var mention = new Mention(room, entry.Seq, new Person(by, name), said.Text, entry.At);
        List<UserId>? strangers = null;
        foreach (var user in said.Mentions)
        {
            if (!TryCount(by, entry.At) || _underWay >= options.MentionsMax) metrics.MentionDropped();
            else if (IsFromHere(user)) _ = AddAsync(user, mention);
            else (strangers ??= []).Add(user);
        }
        if (strangers is not null) _ = AddMembersAsync([.. strangers], mention);
    }

    private bool TryCount(UserId by, DateTimeOffset at)
    {
        var minute = at.UtcTicks / TimeSpan.TicksPerMinute;
        if (minute != _minute)
        {
            _minute = minute;
            _told.Clear();
        }
        var told = _told.GetValueOrDefault(by);
        if (told >= options.MentionsPerMinute) return false;

        _told[by] = told + 1;
        return true;
    }

    private Task AddAsync(UserId user, Mention mention) =>
        DeliverAsync(() => inbox(user).AddAsync(mention), mention.Seq);

    /// <summary>Tells those of them who have a role in the community.</summary>
    private Task AddMembersAsync(UserId[] users, Mention mention) => DeliverAsync(async () =>
    {
        var standings = await members.GetStandingsAsync(users);
        for (var i = 0; i < users.Length; i++)
        {
            if (standings[i].Role >= CommunityRole.Member) _ = AddAsync(users[i], mention);
            else metrics.MentionDropped();
        }
    }, mention.Seq);

    private async Task DeliverAsync(Func<Task> deliver, long seq)
    {
        _underWay++;
        try
        {
            await deliver();
        }
        // Nobody awaits it; the message itself stands.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            metrics.MentionDropped();
            LogNotDelivered(exception, room.Value, seq);
        }
        finally
        {
            _underWay--;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A mention in entry {Seq} of room {Room} was not delivered")]
    private partial void LogNotDelivered(Exception exception, string room, long seq);
}
