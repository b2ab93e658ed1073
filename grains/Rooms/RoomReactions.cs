using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Reactions to the moment as a node counted them. In the log their author is the node and their message id the number
/// of its submission, so that a submission whose answer got lost is counted once, also when the room's actor has moved
/// meanwhile. For everybody else, and for the room's state, they have no author.
/// </summary>
internal static class RoomReactions
{
    public static (UserId Node, Guid Id) Key(RoomSubmission submission) =>
        (new(submission.NodeId), new Guid(0, 0, 0, BitConverter.GetBytes(submission.Batch)));

    public static Reacted ToFact(RoomSubmission submission) => new(
    [
        .. submission.Reactions
            .Where(reaction => reaction.Count > 0)
            .GroupBy(reaction => reaction.Emoji, StringComparer.Ordinal)
            .OrderBy(emoji => emoji.Key, StringComparer.Ordinal)
            .Select(emoji => new EmojiCount(emoji.Key, Sum(emoji))),
    ]);

    public static LoggedEntry Log(RoomEntry entry, RoomSubmission submission)
    {
        var (node, id) = Key(submission);
        return RoomEntryJson.Log(entry) with { By = node, MessageId = id };
    }

    private static int Sum(IEnumerable<EmojiCount> counts) =>
        (int)Math.Min(counts.Sum(each => (long)each.Count), int.MaxValue);

    /// <summary>Any entry as the state takes it.</summary>
    public static RoomEntry Read(LoggedEntry logged) =>
        RoomEntryJson.Read(logged) is var entry && entry.Fact is Reacted ? entry with { By = null } : entry;
}
