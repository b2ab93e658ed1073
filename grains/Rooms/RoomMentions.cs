using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>
/// Tells people that they were mentioned. The room never waits for it: what cannot be delivered is counted and left
/// out, the message itself stands in the log.
/// </summary>
internal sealed partial class RoomMentions(
    RoomId room, Func<UserId, IInboxGrain> inbox, RoomServingOptions options, RoomMetrics metrics, ILogger logger)
{
    private int _underWay;

    public void Notify(RoomEntry entry)
    {
        if (entry is not { Fact: Said { Mentions.Length: > 0 } said, By: { } by, Name: { } name }) return;

        var mention = new Mention(room, entry.Seq, new Person(by, name), said.Text, entry.At);
        foreach (var user in said.Mentions)
        {
            if (_underWay < options.MentionsMax) _ = AddAsync(user, mention);
            else metrics.MentionDropped();
        }
    }

    private async Task AddAsync(UserId user, Mention mention)
    {
        _underWay++;
        try
        {
            await inbox(user).AddAsync(mention);
        }
        // Nobody awaits it; the message itself stands.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            metrics.MentionDropped();
            LogNotDelivered(exception, room.Value, mention.Seq);
        }
        finally
        {
            _underWay--;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A mention in entry {Seq} of room {Room} was not delivered")]
    private partial void LogNotDelivered(Exception exception, string room, long seq);
}
