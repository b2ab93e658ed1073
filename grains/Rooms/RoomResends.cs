using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Grains.Rooms;

/// <summary>
/// Messages that were sent again and are older than the state remembers: where the log has them, and who sent them.
/// Each costs the room a reading of its state, so that nobody may cause another one soon.
/// </summary>
/// <param name="pause">So long are the messages of somebody refused who has just made the room read its state.</param>
internal sealed class RoomResends(TimeSpan pause)
{
    /// <summary>Forgetting a message or a person costs at most another reading of the state.</summary>
    private const int Max = 10_000;

    private readonly Dictionary<(UserId By, Guid Id), long> _known = [];
    private readonly Dictionary<UserId, DateTimeOffset> _pausedUntil = [];

    /// <summary>The log has these already; whoever sends one again is answered with its place.</summary>
    public void Know(IEnumerable<(LoggedEntry Entry, long Seq)> duplicates, DateTimeOffset now)
    {
        foreach (var (entry, seq) in duplicates)
        {
            if (_known.Count >= Max) _known.Clear();
            if (_pausedUntil.Count >= Max) _pausedUntil.Clear();
            _known[(entry.By!.Value, entry.MessageId!.Value)] = seq;
            _pausedUntil[entry.By.Value] = now + pause;
        }
    }

    public long? Find(UserId by, Guid id) => _known.TryGetValue((by, id), out var seq) ? seq : null;

    /// <returns>How long until a message of hers that the room does not know is taken, in milliseconds; 0: now.
    /// </returns>
    public long WaitToSend(UserId user, DateTimeOffset now)
    {
        if (!_pausedUntil.TryGetValue(user, out var until)) return 0;
        if (now < until) return (long)Math.Ceiling((until - now).TotalMilliseconds);
        _pausedUntil.Remove(user);
        return 0;
    }
}
