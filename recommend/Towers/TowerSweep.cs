using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Finds the best items of the two-tower model for several users in one sweep over the catalogue. The items' vectors
/// are the largest thing that scoring reads: with 100,000 items of 76 floats 30 MB, more than a core's caches hold. A
/// block of items is read once and met by all users of the batch in one matrix product; alone, each would wait for the
/// memory anew.
/// </summary>
/// <remarks>
/// A user's logits do not depend on who else is in the batch, not even in the last bit: <see cref="TopKRetrieval"/>
/// adds in one order for one user and for many.
/// </remarks>
internal sealed class TowerSweep
{
    private readonly QuantizedRetrieval _retrieval = new();
    private readonly List<ulong[]> _excluded = [];
    private readonly Rows<float> _users = new();
    private readonly Rows<int> _items = new();
    private readonly Rows<float> _logits = new();

    /// <param name="count">How many items each query gets in <see cref="PreparedQuery.Towers"/>, at most.</param>
    public void Find(TwoTowerView towers, ReadOnlySpan<PreparedQuery> queries, ReadOnlySpan<int> count)
    {
        var most = 0;
        foreach (var wanted in count[..queries.Length])
            most = Math.Max(most, wanted);
        if (most == 0)
            return;
        Begin(towers.Count, queries);
        var items = _items.Extend(queries.Length * most);
        var logits = _logits.Extend(queries.Length * most);
        try
        {
            towers.Search(_retrieval, _users.All, most, new Allowed(queries, _excluded), items, logits);
        }
        finally
        {
            Forget(queries);
        }

        for (var q = 0; q < queries.Length; q++)
            for (var at = q * most; at < (q * most) + count[q] && items[at] >= 0; at++)
                queries[q].Towers.Add((logits[at], items[at]));
    }

    /// <summary>Whether an item is surely not among the <paramref name="count"/> items that <see cref="Find"/> would
    /// find for a query. Most items are beaten by the first few that it reads.</summary>
    public bool IsBeaten(TwoTowerView towers, PreparedQuery query, int item, int count)
    {
        ReadOnlySpan<PreparedQuery> queries = [query];
        Begin(towers.Count, queries);
        try
        {
            return towers.IsBeaten(_retrieval, _users.All, item, count, new Allowed(queries, _excluded));
        }
        finally
        {
            Forget(queries);
        }
    }

    private void Begin(int items, ReadOnlySpan<PreparedQuery> queries)
    {
        _users.Clear();
        _items.Clear();
        _logits.Clear();
        var words = (items + 63) >> 6;
        for (var q = 0; q < queries.Length; q++)
        {
            if (q == _excluded.Count)
                _excluded.Add([]);
            if (_excluded[q].Length < words)
                _excluded[q] = new ulong[words + (words / 2)];
            foreach (var item in queries[q].Excluded.All)
                _excluded[q][item >> 6] |= 1ul << item;
            queries[q].User.All.CopyTo(_users.Extend(queries[q].User.Count));
        }
    }

    /// <summary>Whatever happened, the next batch must not inherit what these users have had.</summary>
    private void Forget(ReadOnlySpan<PreparedQuery> queries)
    {
        for (var q = 0; q < queries.Length; q++)
            foreach (var item in queries[q].Excluded.All)
                _excluded[q][item >> 6] = 0;
    }

    /// <summary>What the user has not had and the rules do not forbid.</summary>
    private readonly ref struct Allowed(ReadOnlySpan<PreparedQuery> queries, List<ulong[]> excluded) : ICandidateFilter
    {
        private readonly ReadOnlySpan<PreparedQuery> _queries = queries;

        public bool Admits(int user, int item) =>
            (excluded[user][item >> 6] & (1ul << item)) == 0 && !_queries[user].Forbids(item);
    }
}
