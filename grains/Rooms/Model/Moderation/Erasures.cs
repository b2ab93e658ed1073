using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Which texts of the log are gone, for pages that are read from it however late: the places that were deleted, and
/// until where whose history was erased. Exact up to <see cref="RoomOptions.ErasuresRemembered"/> of each. Beyond, the
/// oldest are given up by hiding all that was written up to there: what is gone stays gone, and some of what is not
/// cannot be read again.
/// </summary>
internal sealed class Erasures(RoomOptions options) : RoomPart
{
    private readonly SortedSet<long> _targets = [];
    private readonly Dictionary<UserId, long> _authors = [];

    /// <summary>
    /// Every text up to here is taken for gone, with its edits and answers; 0: the index is complete.
    /// </summary>
    private long _hiddenTo;

    public bool Covers(LoggedEntry entry)
    {
        if (!RoomErasure.IsText(entry)) return false;
        return (_hiddenTo > 0 && RoomErasure.SubjectOf(entry) <= _hiddenTo)
            || (entry.By is { } by && _authors.TryGetValue(by, out var until) && entry.Seq < until
                && RoomErasure.IsSigned(entry))
            || (_targets.Count > 0 && _targets.Contains(RoomErasure.SubjectOf(entry)));
    }

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            case Deleted deleted: Add(deleted.Target); break;
            case QuestionRemoved removed: Add(removed.Target); break;
            case HistoryErased erased: Add(erased.User, entry.Seq); break;
        }
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(_hiddenTo);
        var before = 0L;
        writer.WriteAll(_targets, target =>
        {
            writer.Write7BitEncodedInt64(target - before);
            before = target;
        });
        writer.WriteAll([.. _authors.OrderBy(author => author.Key.Value, StringComparer.Ordinal)], author =>
        {
            writer.Write(author.Key);
            writer.Write(author.Value);
        });
    }

    public override void Load(BinaryReader reader)
    {
        _hiddenTo = reader.ReadInt64();
        var before = 0L;
        for (var left = reader.ReadInt32(); left > 0; left--) _targets.Add(before += reader.Read7BitEncodedInt64());
        for (var left = reader.ReadInt32(); left > 0; left--) _authors[reader.ReadUser()] = reader.ReadInt64();
    }

    private void Add(long target)
    {
        if (target <= _hiddenTo || !_targets.Add(target) || _targets.Count <= options.ErasuresRemembered) return;

        HideTo(_targets.Min);
    }

    private void Add(UserId author, long until)
    {
        _authors[author] = until;
        if (_authors.Count > options.ErasuresRemembered) HideTo(_authors.Values.Min());
    }

    private void HideTo(long seq)
    {
        _hiddenTo = Math.Max(_hiddenTo, seq);
        _targets.RemoveWhere(target => target <= _hiddenTo);
        foreach (var (author, until) in _authors)
            if (until <= _hiddenTo)
                _authors.Remove(author);
    }
}
