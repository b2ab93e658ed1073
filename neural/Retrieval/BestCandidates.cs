using System.Numerics;
using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// The best k candidates of each user so far. A candidate is one number that sorts by score and then by index, so that
/// ties are settled by nothing else. Each list is cut back to k when it is full, and the k-th score is then what the
/// next ones must exceed: indices only grow, so an equal score comes too late.
/// </summary>
internal sealed unsafe class BestCandidates
{
    // Longer lists are cut less often but let more candidates in meanwhile; between one and a half and three times k
    // it hardly matters.
    private const int ListsPerK = 2;
    private const int ListMin = 64;

    private ulong[] _keys = [];
    private int[] _counts = [];
    private float[] _thresholds = [];
    private int _users;
    private int _k;
    private int _capacity;

    /// <param name="padded">Users and the empty lanes beside them.</param>
    public void Begin(int users, int padded, int k)
    {
        (_users, _k, _capacity) = (users, k, Math.Max(ListsPerK * k, ListMin));
        if (_keys.Length < users * _capacity)
            _keys = new ulong[users * _capacity];
        if (_counts.Length < users)
            _counts = new int[users];
        if (_thresholds.Length < padded)
            _thresholds = new float[padded];
        _counts.AsSpan(0, users).Clear();
        _thresholds.AsSpan(0, users).Fill(float.NegativeInfinity);
        // No score exceeds it, so an empty lane never has a candidate.
        _thresholds.AsSpan(users).Fill(float.PositiveInfinity);
    }

    /// <summary>Takes in the scores [rows, width] of a block of items by the users from <paramref name="user"/>
    /// on.</summary>
    public void TakeRows<TFilter>(float* scores, int rows, int width, int user, int firstItem, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        if (Lanes512.IsSupported)
            TakeRows<Lanes512, Vector512<float>, TFilter>(scores, rows, width, user, firstItem, in filter);
        else if (Lanes256.IsSupported)
            TakeRows<Lanes256, Vector256<float>, TFilter>(scores, rows, width, user, firstItem, in filter);
        else if (Lanes128.IsSupported)
            TakeRows<Lanes128, Vector128<float>, TFilter>(scores, rows, width, user, firstItem, in filter);
        else
            TakeRows<Lanes1, float, TFilter>(scores, rows, width, user, firstItem, in filter);
    }

    /// <summary>Takes in the scores [count] of a block of items by one user.</summary>
    public void TakeItems<TFilter>(float* scores, int count, int user, int firstItem, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        var at = TakeItems<Lanes512, Vector512<float>, TFilter>(scores, 0, count, user, firstItem, in filter);
        at = TakeItems<Lanes256, Vector256<float>, TFilter>(scores, at, count, user, firstItem, in filter);
        at = TakeItems<Lanes128, Vector128<float>, TFilter>(scores, at, count, user, firstItem, in filter);
        TakeItems<Lanes1, float, TFilter>(scores, at, count, user, firstItem, in filter);
    }

    /// <summary>Writes each user's candidates, best first.</summary>
    public void Finish(Span<int> indices, Span<float> scores)
    {
        if (indices.Length != _users * _k || scores.Length != _users * _k)
            throw new ArgumentException(
                $"{_users} users with {_k} items each need {_users * _k} indices and scores; got {indices.Length} and "
                + $"{scores.Length}.");
        indices.Fill(-1);
        scores.Fill(float.NegativeInfinity);
        for (var user = 0; user < _users; user++)
        {
            if (_counts[user] > _k)
                Cut(user);
            var keys = _keys.AsSpan(user * _capacity, _counts[user]);
            keys.Sort();
            for (var i = 0; i < keys.Length; i++)
            {
                var key = keys[keys.Length - 1 - i];
                indices[(user * _k) + i] = ScoreKeys.ItemOf(key);
                scores[(user * _k) + i] = ScoreKeys.ScoreOf(key);
            }
        }
    }

    private void TakeRows<TLanes, V, TFilter>(
        float* scores, int rows, int width, int user, int firstItem, in TFilter filter)
        where TLanes : struct, ILanes<V>
        where V : struct
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        fixed (float* thresholds = &_thresholds[user])
            for (var row = 0; row < rows; row++, scores += width)
            {
                var mask = 0ul;
                for (var lane = 0; lane < width; lane += TLanes.Count)
                    mask |= TLanes.GreaterMask(TLanes.Load(scores + lane), TLanes.Load(thresholds + lane)) << lane;
                for (; mask != 0; mask &= mask - 1)
                {
                    var lane = BitOperations.TrailingZeroCount(mask);
                    if (filter.Admits(user + lane, firstItem + row))
                        Enter(user + lane, scores[lane], firstItem + row);
                }
            }
    }

    /// <summary>Whole registers from score <paramref name="at"/> on; returns the first one not taken in.</summary>
    private int TakeItems<TLanes, V, TFilter>(
        float* scores, int at, int count, int user, int firstItem, in TFilter filter)
        where TLanes : struct, ILanes<V>
        where V : struct
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        if (!TLanes.IsSupported)
            return at;
        for (; at + TLanes.Count <= count; at += TLanes.Count)
        {
            var mask = TLanes.GreaterMask(TLanes.Load(scores + at), TLanes.Create(_thresholds[user]));
            for (; mask != 0; mask &= mask - 1)
            {
                var lane = at + BitOperations.TrailingZeroCount(mask);
                if (filter.Admits(user, firstItem + lane))
                    Enter(user, scores[lane], firstItem + lane);
            }
        }

        return at;
    }

    /// <summary>The threshold may have risen since the score was compared: then it enters in vain and is cut
    /// again.</summary>
    private void Enter(int user, float score, int item)
    {
        _keys[(user * _capacity) + _counts[user]] = ScoreKeys.Of(score, item);
        if (++_counts[user] == _capacity)
            _thresholds[user] = ScoreKeys.ScoreOf(Cut(user));
    }

    /// <summary>Keeps the best k of a user's list, in no order.</summary>
    /// <returns>The least of them.</returns>
    private ulong Cut(int user)
    {
        var least = KeySelection.MoveGreatestFirst(_keys.AsSpan(user * _capacity, _counts[user]), _k);
        _counts[user] = _k;
        return least;
    }
}
