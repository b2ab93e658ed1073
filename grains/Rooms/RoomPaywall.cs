using System.Collections.Concurrent;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Rooms;
using Engage.Grains.Commerce.Entitlements;

namespace Engage.Grains.Rooms;

/// <summary>
/// Who may act in a room that is sold: asked in the room itself, whatever the door through which somebody came. Whether
/// a room is locked at all is known for a second, so that free rooms ask nobody.
/// </summary>
internal sealed class RoomPaywall(Doors doors, IGrainFactory grains, TimeProvider time)
{
    private const int RoomsMax = 10_000;
    private static readonly TimeSpan LockAge = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<RoomId, (long At, bool Locked)> _locks = [];

    /// <returns>What each command is refused with, null where it is not; null if none is.</returns>
    public async ValueTask<RoomRefusal?[]?> RefusalsAsync(RoomId room, RoomCommand[] commands)
    {
        if (commands.Length == 0 || !await IsLockedAsync(room)) return null;

        RoomRefusal?[]? refusals = null;
        foreach (var author in commands.Select(command => command.By.User).Distinct())
        {
            var answer = await grains.GetGrain<IEntitlementsGrain>(author.Value).CheckAsync(Scopes.Of(room));
            if (answer.IsAllowed) continue;
            refusals ??= new RoomRefusal?[commands.Length];
            for (var i = 0; i < commands.Length; i++)
                if (commands[i].By.User == author)
                    refusals[i] = new(
                        "payment-required", $"Room '{room}' is for those who bought it; POST /v1/orders buys it.");
        }
        return refusals;
    }

    private async ValueTask<bool> IsLockedAsync(RoomId room)
    {
        var now = time.GetTimestamp();
        if (_locks.TryGetValue(room, out var known) && time.GetElapsedTime(known.At, now) < LockAge)
            return known.Locked;

        var locked = await doors.FindAsync(Scopes.Of(room)) is { } door && await doors.IsLockedAsync(door);
        if (_locks.Count >= RoomsMax) _locks.Clear();
        _locks[room] = (now, locked);
        return locked;
    }
}
