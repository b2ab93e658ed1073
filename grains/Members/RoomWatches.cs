using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Members;

/// <summary>The rooms that want to hear of changes, each until its watch runs out.</summary>
internal sealed class RoomWatches
{
    private const int RoomsMax = 10_000;
    private readonly Dictionary<RoomId, DateTimeOffset> _until = [];

    /// <exception cref="BusyException">Too many rooms of one community are active.</exception>
    public void Add(RoomId room, DateTimeOffset now)
    {
        if (!_until.ContainsKey(room) && _until.Count >= RoomsMax)
        {
            foreach (var (over, until) in _until)
                if (until <= now)
                    _until.Remove(over);
            if (_until.Count >= RoomsMax)
                throw new BusyException(
                    $"{_until.Count} rooms of this community are active, at most {RoomsMax}; room '{room}' is not told "
                    + "of changed standings.", TimeSpan.FromMinutes(1));
        }
        _until[room] = now + ICommunityMembersGrain.WatchLifetime;
    }

    public RoomId[] Current(DateTimeOffset now) =>
        [.. _until.Where(watch => watch.Value > now).Select(watch => watch.Key)];
}
