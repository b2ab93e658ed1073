using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>What somebody who comes in, or comes back, is given of the conversation.</summary>
internal static class JoinTranscript
{
    /// <param name="feed">Guarded by the caller.</param>
    /// <param name="request">Where she stands.</param>
    /// <param name="missed">What the log has between her place and the window, if that was read.</param>
    /// <param name="moderates">Whether what is for moderators counts towards the limit.</param>
    /// <returns>The answer's mode, the place from which pushes go on, and the entries up to there.</returns>
    public static (string Mode, long Seq, LoggedEntry[] Entries) Of(
        RoomFeed feed, JoinRequest request, RoomPage? missed, bool moderates)
    {
        if (request.After is not { } after) return (JoinAnswer.Recent, feed.FlushedTo, Newest());
        if (after > feed.Window.To) return (JoinAnswer.Reload, feed.FlushedTo, Newest());
        if (after > feed.FlushedTo) return (JoinAnswer.Resumed, after, []);
        if (after >= feed.Window.After) return (JoinAnswer.Resumed, feed.FlushedTo, feed.FlushedAbove(after));
        if (missed is not null && missed.Through >= feed.Window.After)
            return (JoinAnswer.Resumed, feed.FlushedTo,
            [
                .. missed.Entries.Where(entry => entry.Seq <= missed.Through && entry.Seq <= feed.FlushedTo),
                .. feed.FlushedAbove(missed.Through),
            ]);
        return (JoinAnswer.Reload, feed.FlushedTo, Newest());

        LoggedEntry[] Newest() => feed.Newest(request.Limit, moderates);
    }
}
