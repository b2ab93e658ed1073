using System.Numerics;

namespace Engage.Neural;

/// <summary>
/// What can be among the k best of each user, when of each score only an upper and a lower bound are known: every item
/// whose upper bound reaches the k-th greatest of the lower ones. Items come in the order of their numbers.
/// </summary>
internal sealed unsafe class CoarseCandidates
{
    private const int ListsPerK = 2;
    private const int ListMin = 64;

    private readonly List<Candidates> _users = [];
    private ulong[] _scratch = [];
    private int _k;

    public void Begin(int users, int k)
    {
        _k = k;
        while (_users.Count < users)
            _users.Add(new());
        for (var user = 0; user < users; user++)
            _users[user].Begin(Math.Max(ListsPerK * k, ListMin));
    }

    /// <summary>What an item's upper bound must exceed to be a candidate.</summary>
    public float ThresholdOf(int user) => _users[user].Threshold;

    /// <summary>Takes in the items of a page that exceeded the threshold.</summary>
    /// <param name="which">Bit i is item <paramref name="firstItem"/> + i.</param>
    public void Take<TFilter>(
        int user, ulong which, float* lower, float* upper, int firstItem, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        var own = _users[user];
        for (; which != 0; which &= which - 1)
        {
            var i = BitOperations.TrailingZeroCount(which);
            if (!filter.Admits(user, firstItem + i))
                continue;
            (own.Lower[own.Count], own.Upper[own.Count]) = (ScoreKeys.Of(lower[i], firstItem + i), upper[i]);
            if (++own.Count < own.Length)
                continue;
            Cut(own);
            if (own.Count > own.Length - (own.Length / 4))
                own.Reserve(2 * own.Length);
        }
    }

    /// <summary>Those of one user that are left, in the order of their numbers.</summary>
    public int Finish(int user, Span<int> items)
    {
        var own = _users[user];
        if (own.Count > _k)
            Cut(own);
        for (var i = 0; i < own.Count; i++)
            items[i] = ScoreKeys.ItemOf(own.Lower[i]);
        return own.Count;
    }

    /// <summary>Items that a user can be left with.</summary>
    public int LengthOf(int user) => _users[user].Length;

    /// <summary>Drops what cannot be among the best.</summary>
    private void Cut(Candidates own)
    {
        if (_scratch.Length < own.Count)
            _scratch = new ulong[own.Lower.Length];
        var keys = _scratch.AsSpan(0, own.Count);
        own.Lower.AsSpan(0, own.Count).CopyTo(keys);
        own.Threshold = ScoreKeys.ScoreOf(KeySelection.MoveGreatestFirst(keys, _k));
        var kept = 0;
        for (var i = 0; i < own.Count; i++)
        {
            (own.Lower[kept], own.Upper[kept]) = (own.Lower[i], own.Upper[i]);
            kept += own.Upper[i] >= own.Threshold ? 1 : 0;
        }

        own.Count = kept;
    }

    private sealed class Candidates
    {
        public ulong[] Lower = [];
        public float[] Upper = [];
        public int Count;
        public float Threshold;

        /// <summary>At so many the list is cut. The arrays may be longer, from a search that left more over: were those
        /// filled first, nothing would be dropped until then, in this search and all that follow.</summary>
        public int Length;

        public void Begin(int length)
        {
            (Count, Threshold) = (0, float.NegativeInfinity);
            Reserve(length);
        }

        public void Reserve(int length)
        {
            Length = length;
            if (Upper.Length >= length)
                return;
            Array.Resize(ref Lower, length);
            Array.Resize(ref Upper, length);
        }
    }
}
