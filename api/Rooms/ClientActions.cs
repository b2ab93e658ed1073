using Engage.Contracts.Activity;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>What people ask of rooms, once it can be read: the one way in of hub and HTTP alike.</summary>
internal static class ClientActions
{
    /// <summary>
    /// Refuses ids that are the platform's own. A tip is said under such an id, which follows from its order: a message
    /// of the giver under it would be taken for the tip's, which would never be said.
    /// </summary>
    /// <returns>The action, or what is wrong with it.</returns>
    public static (RoomAction? Action, string? Error) Of(Argument<RoomAction> read) => read switch
    {
        { Value: null } => (null, read.Error ?? "action: expected an object, found null"),
        _ when IdOf(read.Value) is { } id && PlatformEventId.Has(id) => (
            null,
            $"id: '{id}' is of the ids that the platform keeps for what it says itself (of version 8, beginning as "
            + "this one does); use version 4 or 7"),
        _ => (read.Value, null),
    };

    /// <summary>The client's own id; null: the action has none.</summary>
    private static Guid? IdOf(RoomAction action) => action switch
    {
        Say say => say.Id,
        Ask ask => ask.Id,
        OpenPoll poll => poll.Id,
        _ => null,
    };
}
