using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Api.Commerce.Plans;

/// <summary>
/// A tip that is given in a room of its creator is said there, as a message of whoever gives it: by the rules of the
/// room, and gone with her. The tip stands whether it can be said or not.
/// </summary>
internal sealed partial class TipNotice(
    RoomDoor door, Admission admission, IGrainFactory grains, ILogger<TipNotice> logger)
{
    public async Task SayAsync(
        ClaimsPrincipal caller, RoomId room, CreatorId creator, OrderView tip, string? message)
    {
        if (tip.Order.State != OrderState.Paid || caller.UserId() is not { } user) return;
        try
        {
            var view = await grains.GetGrain<IRoomGrain>(room.Value).GetAsync();
            if (view?.Definition.Creator != creator
                || await admission.RefusalAsync(Scopes.Of(room), user) is not null) return;

            var amount = InvoicePage.Amount(tip.Order.Total, tip.Order.Currency);
            await door.ActAsync(
                room, new(user, caller.DisplayName()),
                new Say(IdOf(tip.Order.Id), message is null ? $"🎁 {amount}" : $"🎁 {amount} · {message}"));
        }
        catch (Exception exception) when (exception is BusyException or TimeoutException or SiloUnavailableException)
        {
            LogUnsaid(logger, exception, tip.Order.Id, room);
        }
    }

    /// <summary>Sent again, the tip is said once; and nobody, who could work it out, says anything under it.</summary>
    public static Guid IdOf(OrderId order) => PlatformEventId.Of($"engage.tip\n{order}");

    [LoggerMessage(LogLevel.Warning, "Tip {Order} was paid, and could not be said in room {Room}")]
    private static partial void LogUnsaid(ILogger logger, Exception exception, OrderId order, RoomId room);
}
