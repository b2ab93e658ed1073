namespace Engage.Recommend;

/// <summary>What one query says in the numbers of the catalogue, and what the towers found for it; reused.</summary>
internal sealed class PreparedQuery
{
    /// <summary>Numbers of the user's recent items, oldest first; -1 for unknown ones.</summary>
    public Rows<int> Recent { get; } = new();

    /// <summary>Numbers of the creators the user follows; -1 for unknown ones.</summary>
    public Rows<int> Followed { get; } = new();

    /// <summary>Numbers of the known items that must not be recommended; may hold one twice.</summary>
    public Rows<int> Excluded { get; } = new();

    /// <summary>The user's vector in the two-tower model.</summary>
    public Rows<float> User { get; } = new();

    /// <summary>The items of largest two-tower logit that are not excluded, best first.</summary>
    public Rows<(float Score, int Item)> Towers { get; } = new();

    public void Prepare(ModelView view, UserContext user)
    {
        Recent.Clear();
        Followed.Clear();
        Excluded.Clear();
        User.Clear();
        Towers.Clear();
        foreach (var item in user.RecentItems)
            Recent.Add(view.Catalogue.Find(item));
        foreach (var creator in user.FollowedCreators)
            Followed.Add(view.Catalogue.FindCreator(creator));
        foreach (var item in Recent.All)
            if (item >= 0)
                Excluded.Add(item);
        foreach (var seen in user.Seen)
            if (view.Catalogue.Find(seen) is >= 0 and var item)
                Excluded.Add(item);
        view.Towers.User(Recent.All, User.Extend(view.Towers.UserSize));
    }
}
