using System.Security.Cryptography;

namespace Engage.Storage.Sqlite.Keys;

/// <summary>
/// Knows every event of the journal by its key, so that a retry is found however old the first is. The newest keys are
/// in memory, in two generations: one fills, while the other, sorted, goes to the index. The events themselves are
/// durable; keys that a crash takes from memory are read from them again. Writer's thread only; a failed transaction
/// is followed by <see cref="Reload"/>.
/// </summary>
internal sealed class EventKeys(int generationMax, int partitionCount)
{
    private const string Mark = """
        INSERT INTO journal_indexed (partition, "offset") VALUES (?1, ?2)
        ON CONFLICT (partition) DO UPDATE SET "offset" = excluded."offset"
        """;

    private readonly KeyIndex _index = new();
    private Dictionary<NamedKey, long> _fresh = [];
    private Dictionary<NamedKey, long> _leaving = [];
    private KeyRunWriter? _leavingRun;
    private int _added;
    private bool _behind;

    /// <summary>Heads of the partitions when the leaving generation was closed: the marks once it has left.</summary>
    private readonly long[] _leavingHeads = new long[partitionCount];
    private readonly long[] _heads = new long[partitionCount];

    /// <summary>Looks up the keys that the index may lack: those of at most a few generations.</summary>
    public void Reload(SqliteSession session)
    {
        _index.Reload(session);
        _leavingRun?.Dispose();
        (_leavingRun, _leaving, _fresh, _added) = (null, [], [], 0);
        for (var partition = 0; partition < partitionCount; partition++)
        {
            _heads[partition] = 0;
            // A damaged event has no key worth knowing; whoever reads it is told, the others can go on.
            JournalReader.Scan(session, partition, Indexed(session, partition), Remember, check: false);

            bool Remember(long offset, ReadOnlySpan<byte> content)
            {
                _heads[partition] = offset;
                if (!JournalRecord.HasIdentity(content)) return true;

                var user = JournalRecord.User(content);
                _fresh[new(EventKey.Of(UserPartition.Hash(user), JournalRecord.EventId(content)), user)] = offset;
                return true;
            }
        }
        _behind = _fresh.Count >= generationMax;
    }

    /// <summary>Up to here the partition's keys are in the index for certain.</summary>
    public static long Indexed(SqliteSession session, int partition) =>
        session.Prepare("SELECT \"offset\" FROM journal_indexed WHERE partition = ?1").Bind(1, partition).Scalar() ?? 0;

    /// <returns>The offset of the event with this key, or null if there is none.</returns>
    public long? OffsetOf(SqliteSession session, EventKey key, string user, int partition)
    {
        var named = new NamedKey(key, user);
        if (_fresh.TryGetValue(named, out var offset) || _leaving.TryGetValue(named, out offset)) return offset;

        foreach (var candidate in _index.OffsetsOf(session, key))
            if (JournalReader.UserAt(session, partition, candidate) == user) return candidate;
        return null;
    }

    public void Add(EventKey key, string user, int partition, long offset)
    {
        _fresh.Add(new(key, user), offset);
        _heads[partition] = offset;
        _added++;
    }

    /// <summary>Does this commit's share of the work on the index.</summary>
    public void Advance(SqliteSession session)
    {
        if (_added == 0) return;

        _index.Advance(session, _added);
        _added = 0;
        _leavingRun?.Advance(session, _fresh.Count, generationMax);
        if (_leavingRun is { IsComplete: true }) FinishLeaving(session);
        if (_leavingRun is not null || _fresh.Count < generationMax) return;

        CloseGeneration();
        if (_behind) CatchUp(session);
    }

    /// <summary>
    /// What an earlier life left is written now: a process that is restarted before enough events have come would put
    /// it off for ever, and each of its starts would read more.
    /// </summary>
    private void CatchUp(SqliteSession session)
    {
        _behind = false;
        _leavingRun!.Advance(session, generationMax, generationMax);
        FinishLeaving(session);
    }

    private void CloseGeneration()
    {
        var inOrder = new KeyEntry[_fresh.Count];
        var count = 0;
        foreach (var (named, offset) in _fresh) inOrder[count++] = new(named.Key, offset);
        Array.Sort(inOrder);

        _leaving = _fresh;
        _leavingRun = _index.NewRun(inOrder);
        _fresh = new(_leaving.Count);
        _heads.CopyTo(_leavingHeads, 0);
    }

    private void FinishLeaving(SqliteSession session)
    {
        _index.Add(_leavingRun!.Finish(session));
        _leavingRun.Dispose();
        (_leavingRun, _leaving) = (null, []);
        for (var partition = 0; partition < partitionCount; partition++)
            if (_leavingHeads[partition] > 0)
                session.Prepare(Mark).Bind(1, partition).Bind(2, _leavingHeads[partition]).Run();
    }

    /// <summary>A key with the user himself, so that in memory nothing rests on a hash.</summary>
    private readonly record struct NamedKey(EventKey Key, string User)
    {
        /// <summary>Clients choose ids; what they cannot know, they cannot crowd into one bucket.</summary>
        private static readonly ulong Secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

        public bool Equals(NamedKey other) =>
            Key == other.Key && string.Equals(User, other.User, StringComparison.Ordinal);

        public override int GetHashCode()
        {
            var high = Math.BigMul(Key.High ^ Secret, Key.Low ^ ulong.RotateLeft(Secret, 32), out var low);
            var hash = (high ^ low ^ Key.UserHash) * 0x9e3779b97f4a7c15;
            return (int)(hash >> 32);
        }
    }
}
