using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Members;

/// <summary>Everybody of a community with a role or restriction, by id and in order of ids.</summary>
internal sealed class MemberList
{
    private readonly Dictionary<string, Standing> _people = [];
    private readonly SortedSet<string> _order = new(StringComparer.Ordinal);

    public int Count => _people.Count;

    public int Owners { get; private set; }

    public Standing Of(string user) => _people.GetValueOrDefault(user, Standing.Visitor);

    public void Put(string user, Standing standing)
    {
        if (Of(user).Role == CommunityRole.Owner) Owners--;
        if (standing.Role == CommunityRole.Owner) Owners++;
        if (standing == Standing.Visitor)
        {
            _people.Remove(user);
            _order.Remove(user);
            return;
        }
        _people[user] = standing;
        _order.Add(user);
    }

    /// <summary>Forgets restrictions that are over, and whom nothing else is known of.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (var (user, standing) in _people.ToArray())
            if (StandingRules.Current(standing, now) is var current && current != standing)
                Put(user, current);
    }

    public MembersPage Page(string? after, int limit, DateTimeOffset now)
    {
        var items = new List<Member>(Math.Min(limit, Count));
        foreach (var user in From(after))
        {
            var standing = StandingRules.Current(_people[user], now);
            if (standing == Standing.Visitor) continue;
            if (items.Count == limit) return new([.. items], items[^1].User.Value);
            items.Add(new(new UserId(user), standing));
        }
        return new([.. items], null);
    }

    public Dictionary<string, Standing> Copy() => new(_people);

    private IEnumerable<string> From(string? after) =>
        after is null ? _order
        : _order.Max is not { } last || string.CompareOrdinal(after, last) >= 0 ? []
        : _order.GetViewBetween(after, last).Where(user => user != after);
}
