using System.Runtime.InteropServices;

namespace Engage.Recommend;

/// <summary>
/// The user learned from last, asked again as if by somebody who is to be served: what every item answers her must be a
/// number, whichever model and whichever row it comes from.
/// </summary>
internal sealed class Canary
{
    private readonly CandidateSearch _search = new();
    private readonly Rows<float> _rows = new();
    private UserContext _user = UserContext.Empty;
    private long _atMs;

    public void Remember(UserContext user, long atMs) => (_user, _atMs) = (user, atMs);

    /// <summary>Asks as nobody until the next is learned from.</summary>
    public void Forget() => _user = UserContext.Empty;

    /// <summary>What is no number; null when all is well. Costs two sweeps over the items' vectors.</summary>
    public string? Complaint(ModelView view)
    {
        var candidates = CollectionsMarshal.AsSpan(_search.Find(view, _user).Candidates);
        if (!LogitsAreNumbers(view))
            return "the two-tower model answers with what is not a number";
        var layout = view.Ranker.Layout;
        _rows.Clear();
        var rows = _rows.Extend(candidates.Length * layout.Count);
        FeatureRows.Fill(view, layout, _user, _atMs, _search.Found, candidates, rows);
        return Finite.All(rows) ? null : "a candidate's feature is not a number";
    }

    private bool LogitsAreNumbers(ModelView view)
    {
        Span<float> logits = stackalloc float[256];
        for (var from = 0; from < view.Towers.Count; from += logits.Length)
        {
            var block = logits[..Math.Min(logits.Length, view.Towers.Count - from)];
            view.Towers.Logits(_search.User, from, block);
            if (!Finite.All(block))
                return false;
        }

        return true;
    }
}
