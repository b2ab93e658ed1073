using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// How fast each person acts: a bucket of <see cref="RoomOptions.ActionBurst"/> that refills, and when she last spoke.
/// There is none for the room as a whole: a crowd that is loud is never silenced for it.
/// </summary>
/// <remarks>
/// The bucket is kept as one time, at which it will be full again (the generic cell rate algorithm), so that what is
/// left of it is exact at any moment and needs no refilling.
/// </remarks>
internal sealed class Paces(RoomOptions options) : RoomPart
{
    private readonly Dictionary<UserId, LinkedListNode<Pace>> _byUser = [];
    private readonly LinkedList<Pace> _order = new();
    private readonly long _interval = Math.Max(1, (long)Math.Round(1000 / options.ActionsPerSecond));

    private sealed class Pace
    {
        public required UserId User { get; init; }
        public long FullAt { get; set; }
        public long SpokeAt { get; set; } = long.MinValue;
    }

    /// <returns>How long until the next action is allowed, in milliseconds; 0: now.</returns>
    public long WaitToAct(UserId user, long now) => _byUser.TryGetValue(user, out var node)
        ? Math.Max(0, node.Value.FullAt - now - (options.ActionBurst - 1) * _interval)
        : 0;

    /// <returns>
    /// How long until she may speak again when <paramref name="slowMode"/> lies between, in milliseconds.
    /// </returns>
    public long WaitToSpeak(UserId user, long now, long slowMode) =>
        slowMode > 0 && _byUser.TryGetValue(user, out var node) && node.Value.SpokeAt != long.MinValue
            ? Math.Max(0, node.Value.SpokeAt + slowMode - now)
            : 0;

    public override void Apply(RoomEntry entry)
    {
        if (entry.By is not { } by || entry.Fact.IsReleased) return;

        var now = RoomTime.Of(entry.At);
        var pace = Touch(by);
        pace.FullAt = Math.Max(pace.FullAt, now) + _interval;
        if (entry.Fact is Said or Held { What: RoomEntryKind.Said }) pace.SpokeAt = now;
    }

    public override void Save(BinaryWriter writer) => writer.WriteAll(_order, pace =>
    {
        writer.Write(pace.User);
        writer.Write(pace.FullAt);
        writer.Write(pace.SpokeAt);
    });

    public override void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var pace = Touch(reader.ReadUser());
            pace.FullAt = reader.ReadInt64();
            pace.SpokeAt = reader.ReadInt64();
        }
    }

    private Pace Touch(UserId user)
    {
        if (_byUser.TryGetValue(user, out var node))
        {
            _order.Remove(node);
            _order.AddLast(node);
            return node.Value;
        }
        node = _order.AddLast(new Pace { User = user });
        _byUser[user] = node;
        if (_byUser.Count > options.PacesRemembered) Forget(_order.First!);
        return node.Value;
    }

    private void Forget(LinkedListNode<Pace> node)
    {
        _byUser.Remove(node.Value.User);
        _order.Remove(node);
    }
}
