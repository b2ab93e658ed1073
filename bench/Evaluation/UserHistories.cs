using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>One <see cref="UserInterest"/> per user, as the users' actors keep them.</summary>
internal sealed class UserHistories
{
    private readonly Dictionary<string, UserInterest> _users = new(StringComparer.Ordinal);
    private long _offset;

    public UserContext ContextOf(string user) => InterestOf(user).Current();

    /// <returns>True at the user's first engagement with the item.</returns>
    public bool Engage(string user, string item, long atMs) => InterestOf(user).Engage(item, 1, atMs, _offset++);

    private UserInterest InterestOf(string user)
    {
        if (!_users.TryGetValue(user, out var interest))
            _users.Add(user, interest = new());
        return interest;
    }
}
