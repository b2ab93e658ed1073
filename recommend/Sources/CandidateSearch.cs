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

    public Scratch Find(ModelView view, UserContext user)
    {
        _asked.Prepare(view, user);
        _sweep.Find(view.Towers, [_asked], [view.Options.CandidatesPerSource]);
        CandidateSource.Find(view, _asked, Found);
        return Found;
    }
}
