using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Contracts.Rooms;

namespace Engage.Api.Dashboards;

/// <summary>
/// Leaves out of a dashboard's lists who does not want to be known to creators. Asked anew for every dashboard: a
/// withdrawal holds from its answer on, so nothing is remembered here.
/// </summary>
internal sealed partial class NamedPeople(IGrainFactory grains, ILogger<NamedPeople> logger)
{
    /// <returns>The same rooms; their sums keep everybody's part.</returns>
    public async Task<RoomPulseView[]> KeepAsync(RoomPulseView[] rooms)
    {
        var users = rooms.SelectMany(room => room.Active).Select(person => person.User).Distinct().ToArray();
        if (users.Length == 0) return rooms;

        var allowed = await Task.WhenAll(users.Select(AllowsAsync));
        var named = users.Where((_, i) => allowed[i]).ToHashSet();
        return named.Count == users.Length
            ? rooms
            : Array.ConvertAll(rooms, room =>
                room with { Active = Array.FindAll(room.Active, person => named.Contains(person.User)) });
    }

    /// <summary>Who cannot be asked is not named: the next dashboard comes in half a second.</summary>
    private async Task<bool> AllowsAsync(UserId user)
    {
        try
        {
            return (await grains.GetGrain<IConsentGrain>(user.Value).GetAsync()).Allows(Purposes.Analytics);
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotAsked(exception, user);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The consent of {User} is not known; left out of a dashboard")]
    private partial void LogNotAsked(Exception exception, UserId user);
}
