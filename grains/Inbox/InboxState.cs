using Engage.Contracts.Rooms;

namespace Engage.Grains.Inbox;

/// <summary>What an inbox grain stores.</summary>
public sealed class InboxState
{
    /// <summary>Oldest first, in order of arrival.</summary>
    public InboxItem[] Items { get; set; } = [];
}

/// <param name="Read">Kept, so that the same mention is known when it comes again.</param>
public sealed record InboxItem(Mention Mention, bool Read);
