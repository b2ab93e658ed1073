namespace Engage.Recommend;

/// <summary>Finds the candidates of one user at a time, with buffers of its own: for learning, where batches do not
/// come.</summary>
internal sealed class CandidateSearch
{
    private readonly PreparedQuery _asked = new();
    private readonly TowerSweep _sweep = new();

    /// <summary>What the last search found.</summary>
    public Scratch Found { get; } = new();

    /// <summary>The user's vector in the two-tower model, of the last search.</summary>
    public ReadOnlySpan<float> User => _asked.User.All;

    /// <summary>The candidates if an item is one of them, for whoever needs them only then. Most items that no other
    /// source chooses are soon seen to be none of the towers' either, and the sweep over the whole catalogue is
    /// spared.</summary>
    /// <param name="item">-1 for one that the view does not know.</param>
    /// <returns>False if the item is no candidate; <see cref="Found"/> then knows the user, and not all
    /// candidates.</returns>
    public bool TryFind(ModelView view, UserContext user, int item)
    {
        if (item < 0)
        {
            Know(view, user);
            return false;
        }

        _asked.Prepare(view, user);
        CandidateSource.Gather(view, _asked, Found);
        var count = view.Options.CandidatesPerSource;
        if (!Found.WillBeChosen(item) && _sweep.IsBeaten(view.Towers, _asked, item, count))
            return false;
        _sweep.Find(view.Towers, [_asked], [count]);
        CandidateSource.Complete(view, Found);
        return Found.IsChosen(item);
    }

    /// <summary>Only who asks, without a search.</summary>
    public void Know(ModelView view, UserContext user)
    {
        _asked.Prepare(view, user);
        CandidateSource.Begin(view, _asked, Found);
    }

    public Scratch Find(ModelView view, UserContext user)
    {
        _asked.Prepare(view, user);
        _sweep.Find(view.Towers, [_asked], [view.Options.CandidatesPerSource]);
        CandidateSource.Find(view, _asked, Found);
        return Found;
    }
}
