using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Who is in a room: each person once, at however many nodes she is. What the log learns of it are counts, gathered
/// since the last report. Who was here when an activation ended is still counted by the log; nodes that say so again
/// bring them back without a second joining, and who is not brought back in time is counted as gone.
/// </summary>
internal sealed class RoomPresence
{
    private readonly Dictionary<UserId, Presence> _people = [];
    private readonly Dictionary<string, HashSet<UserId>> _nodes = new(StringComparer.Ordinal);

    /// <summary>Nodes that said who is there; what a node has only sent since is not all of its people.</summary>
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private int _joined;
    private int _left;
    private int _missing;
    private int _reported;
    private long _order;

    public int Count => _people.Count;

    /// <summary>Grows whenever somebody comes, goes or gets a name.</summary>
    public long Version { get; private set; }

    /// <summary>
    /// The log must learn of something: also of people who are back, who neither joined nor left. While some are still
    /// missing the log may count more than are here.
    /// </summary>
    public bool HasNews => _joined > 0 || _left > 0 || Count > _reported || (Count < _reported && !IsWaiting);

    /// <summary>Some whom the log counts are neither back nor given up yet.</summary>
    public bool IsWaiting => _missing > 0;

    /// <summary>The log counts so many who are not here yet.</summary>
    public void Restore(int logged) => _missing = _reported = logged;

    /// <summary>Nobody is waited for any longer.</summary>
    public void GiveUpMissing()
    {
        _left += _missing;
        _missing = 0;
    }

    public bool IsPresent(UserId user) => _people.ContainsKey(user);

    public void Enter(string node, Person person)
    {
        if (At(node).Add(person.User)) Come(person.User, isBack: false);
        Name(person);
    }

    public void Leave(string node, UserId user)
    {
        if (_nodes.TryGetValue(node, out var here) && here.Remove(user)) Go(user);
    }

    /// <summary>What a node says about all of its people at once.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="present">Its people, as they were.</param>
    /// <param name="isOvertaken">
    /// The node has said later who came and went. Its first list still brings in those whom nothing later speaks of;
    /// who left meanwhile is taken out by the next one.
    /// </param>
    public void Replace(string node, IReadOnlyList<UserId> present, bool isOvertaken)
    {
        var isFirst = _listed.Add(node);
        if (isOvertaken && !isFirst) return;

        var here = At(node);
        var now = present.ToHashSet();
        foreach (var user in here.Where(user => !isOvertaken && !now.Contains(user)).ToArray())
        {
            here.Remove(user);
            Go(user);
        }
        foreach (var user in now)
            if (here.Add(user))
                Come(user, isBack: isFirst);
    }

    /// <summary>The node is gone, with its people.</summary>
    public void Drop(string node)
    {
        _listed.Remove(node);
        if (!_nodes.Remove(node, out var here)) return;
        foreach (var user in here) Go(user);
    }

    /// <summary>The name that others see, where it is learned later than the presence.</summary>
    public void Name(Person person)
    {
        ref var presence = ref CollectionsMarshal.GetValueRefOrNullRef(_people, person.User);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref presence) || presence.Name == person.Name) return;
        presence.Name = person.Name;
        Version++;
    }

    /// <summary>Those longest here whose names are known.</summary>
    public Person[] List(int max)
    {
        // Called at most once a second for a room that changes.
        return [.. _people
            .Where(pair => pair.Value.Name is not null)
            .OrderBy(pair => pair.Value.Order)
            .Take(max)
            .Select(pair => new Person(pair.Key, pair.Value.Name!))];
    }

    /// <summary>What changed since the last report; what cannot be logged must be given back.</summary>
    public PresenceReport TakeReport()
    {
        var report = new PresenceReport(Count, _joined, _left);
        _joined = _left = 0;
        _reported = Count;
        return report;
    }

    public void TakeBack(PresenceReport report)
    {
        _joined += report.Joined;
        _left += report.Left;
        // Whatever the log counts instead, it must be told again.
        _reported = -1;
    }

    private HashSet<UserId> At(string node)
    {
        ref var here = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, node, out _);
        return here ??= [];
    }

    private void Come(UserId user, bool isBack)
    {
        ref var presence = ref CollectionsMarshal.GetValueRefOrAddDefault(_people, user, out var known);
        presence.Nodes++;
        if (known) return;

        presence.Order = ++_order;
        Version++;
        if (isBack && _missing > 0) _missing--;
        else _joined++;
    }

    private void Go(UserId user)
    {
        ref var presence = ref CollectionsMarshal.GetValueRefOrNullRef(_people, user);
        if (--presence.Nodes > 0) return;

        _people.Remove(user);
        _left++;
        Version++;
    }

    [SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
    private struct Presence
    {
        public int Nodes;
        public string? Name;
        public long Order;
    }
}

/// <param name="Present">People here now.</param>
/// <param name="Joined">Who came since the last report.</param>
/// <param name="Left">Who went since the last report.</param>
internal readonly record struct PresenceReport(int Present, int Joined, int Left);
