namespace Engage.Evaluation;

/// <summary>
/// What a recommender puts on people's screens, hits or not: how much of the catalogue it ever shows, and how unlike
/// the lists of different users are. A rule that shows everybody the same ten items has a diversity near 0.
/// </summary>
internal sealed class Exposure(int cutoff)
{
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private string[] _previous = [];
    private string? _previousUser;
    private double _difference;
    private long _pairs;

    /// <summary>Mean share of a list that the list asked for just before, for another user, does not have; 0 before
    /// two users have asked.</summary>
    public double Diversity => _pairs == 0 ? 0 : _difference / _pairs;

    /// <summary>Share of <paramref name="known"/> items that were in any list.</summary>
    public double CoverageOf(int known) => known == 0 ? 0 : Math.Min(1, (double)_shown.Count / known);

    public void Add(string user, IReadOnlyList<string> list)
    {
        var head = list.Take(cutoff).ToArray();
        _shown.UnionWith(head);
        if (head.Length > 0 && _previous.Length > 0 && user != _previousUser)
        {
            _difference += 1 - ((double)head.Count(_previous.Contains) / head.Length);
            _pairs++;
        }

        (_previous, _previousUser) = (head, user);
    }
}
