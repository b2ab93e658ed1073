using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// How much of an answer is drawn instead of ranked. A feed that only shows what it believes in never learns what it
/// is wrong about; a few slots shown by chance, with their probability logged, say it without bias.
/// </summary>
/// <param name="Share">Probability that a slot is drawn, 0 (none, the default) to 1.</param>
/// <param name="Seed">The same seed draws the same slots and, among the same items, the same items: a list that is
/// asked for again does not flicker.</param>
public readonly record struct Exploration(float Share, ulong Seed)
{
    /// <summary>A seed for a user that lasts as long as <paramref name="epoch"/>.</summary>
    public static ulong SeedOf(string user, long epoch) => StableHash.Mix(StableHash.Of(user) ^ (ulong)epoch);
}

/// <summary>
/// Replaces slots of an answer by uniform draws, without replacement, from the candidates that did not make it into
/// the answer and may be shown. By symmetry each of the n of them is drawn for a given slot with probability share / n;
/// an item that stays where it was ranked is shown there with probability 1 - share. That holds as long as the pool
/// cannot run out: only the first n slots are given to chance, the others are certain. Buffers are reused; for one
/// thread at a time.
/// </summary>
internal sealed class Explorer
{
    private readonly Rows<int> _pool = new();

    /// <param name="items">Candidates of the query; the answers' places are relative to the first of them.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="first">Place of the first candidate in the batch.</param>
    /// <param name="answers">Best first; changed where a draw takes the place.</param>
    public void Explore(
        ModelView view, in RecommendQuery query, ReadOnlySpan<int> items, ReadOnlySpan<float> scores, int first,
        Span<Answer> answers)
    {
        var (share, seed) = (Math.Clamp(query.Exploration.Share, 0, 1), query.Exploration.Seed);
        if (share > 0)
            Fill(view, query, items, first, answers);
        else
            _pool.Clear();
        var n = _pool.Count;
        var left = _pool.All;
        for (var slot = 0; slot < answers.Length; slot++)
        {
            answers[slot].Propensity = slot < n ? 1 - share : 1;
            // A number of its own for each slot, so that none depends on those above it.
            var chance = StableHash.Mix(seed ^ StableHash.Mix((ulong)slot + 1));
            if (slot >= n || Uniform(chance) >= share)
                continue;
            var at = Draw(left, items, chance);
            answers[slot] = new()
            {
                Place = first + left[at], Score = scores[left[at]], Propensity = share / n, Explored = true,
            };
            left[at] = left[^1];
            left = left[..^1];
        }
    }

    private static float Uniform(ulong bits) => (bits >> 40) * (1f / (1 << 24));

    /// <summary>
    /// The item whose number and the seed have the smallest hash: uniform over seeds, and still the same when a few
    /// others come or go, as they do with every event (rendezvous hashing).
    /// </summary>
    private static int Draw(ReadOnlySpan<int> left, ReadOnlySpan<int> items, ulong seed)
    {
        var (best, smallest) = (0, ulong.MaxValue);
        for (var i = 0; i < left.Length; i++)
            if (StableHash.Mix(seed + ((ulong)items[left[i]] * 0x9E3779B97F4A7C15)) is var hash && hash < smallest)
                (best, smallest) = (i, hash);
        return best;
    }

    private void Fill(
        ModelView view, in RecommendQuery query, ReadOnlySpan<int> items, int first, ReadOnlySpan<Answer> answers)
    {
        _pool.Clear();
        for (var i = 0; i < items.Length; i++)
            if (view.Terms.Allows(items[i], query.Rules) && !Holds(answers, first + i))
                _pool.Add(i);
    }

    private static bool Holds(ReadOnlySpan<Answer> answers, int place)
    {
        foreach (ref readonly var answer in answers)
            if (answer.Place == place)
                return true;
        return false;
    }
}
