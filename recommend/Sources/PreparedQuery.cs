namespace Engage.Recommend;

/// <summary>What one query says in the numbers of the catalogue, and what the towers found for it; reused.</summary>
internal sealed class PreparedQuery
{
    private TermsView? _terms;
    private FeedRules? _rules;

    /// <summary>Numbers of the user's recent items, oldest first; -1 for unknown ones.</summary>
    public Rows<int> Recent { get; } = new();

    /// <summary>
    /// How many items back each recent one lies, 0 for the last. Items of the same instant have no order, so they share
    /// the place in their middle.
    /// </summary>
    public Rows<int> Places { get; } = new();

    /// <summary>How many items the user has had or dismissed.</summary>
    public int Had { get; private set; }

    /// <summary>Numbers of the creators the user follows; -1 for unknown ones.</summary>
    public Rows<int> Followed { get; } = new();

    /// <summary>Numbers of the known items that must not be recommended; may hold one twice.</summary>
    public Rows<int> Excluded { get; } = new();

    /// <summary>The user's vector in the two-tower model.</summary>
    public Rows<float> User { get; } = new();

    /// <summary>The items of largest two-tower logit that are not excluded, best first.</summary>
    public Rows<(float Score, int Item)> Towers { get; } = new();

    /// <summary>Whether the rules can forbid anything.</summary>
    public bool HasRules => _rules is not null;

    /// <summary>Unix time in milliseconds: what is published later is not out yet.</summary>
    public long AvailableAtMs => _rules?.AvailableAtMs ?? long.MaxValue;

    /// <summary>
    /// Whether the rules forbid an item. Asked of the few items that would be chosen, not of the catalogue: a source
    /// that passes over them fills up with what is allowed, and nothing is paid for the rest.
    /// </summary>
    public bool Forbids(int item) => _rules is not null && !_terms!.Allows(item, _rules);

    /// <param name="rules">What may be shown at all; null: everything.</param>
    public void Prepare(ModelView view, UserContext user, FeedRules? rules = null)
    {
        (_terms, _rules) = rules is not null && view.Terms.CanForbid(rules) ? (view.Terms, rules) : (null, null);
        Recent.Clear();
        Places.Clear();
        Followed.Clear();
        Excluded.Clear();
        User.Clear();
        Towers.Clear();
        Had = user.SeenCount;
        foreach (var item in user.RecentItems.Span)
        {
            Recent.Add(view.Catalogue.Find(item));
            Places.Add(0);
        }

        Place(user.RecentAtMs.Span, Places.All);
        foreach (var creator in user.FollowedCreators)
            Followed.Add(view.Catalogue.FindCreator(creator));
        foreach (var item in Recent.All)
            if (item >= 0)
                Excluded.Add(item);
        Exclude(view, user.Had.Span);
        Exclude(view, user.Dismissed.Span);
        Exclude(view, user.OwnedItems);
        view.Towers.User(Recent.All, Places.All, User.Extend(view.Towers.UserSize));
    }

    private void Exclude(ModelView view, ReadOnlySpan<string> items)
    {
        foreach (var id in items)
            if (view.Catalogue.Find(id) is >= 0 and var item)
                Excluded.Add(item);
    }

    private static void Place(ReadOnlySpan<long> atMs, Span<int> places)
    {
        for (var from = 0; from < places.Length;)
        {
            var to = from + 1;
            while (to < places.Length && atMs[to] == atMs[from])
                to++;
            places[from..to].Fill(places.Length - 1 - ((from + to - 1) / 2));
            from = to;
        }
    }
}
