using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>Who said the messages that are remembered, and by what name.</summary>
internal sealed class MessageAuthors
{
    private readonly Dictionary<UserId, (int Messages, string Name)> _names = [];
    private readonly Dictionary<string, UserId> _users = new(StringComparer.Ordinal);

    /// <summary>
    /// Those that names ever had here, in UTF-16 code units, longest first: a lookup tries each of them once,
    /// however many people there are.
    /// </summary>
    private readonly List<int> _lengths = [];

    /// <returns>Null: none of the messages is hers.</returns>
    public string? NameOf(UserId user) => _names.TryGetValue(user, out var known) ? known.Name : null;

    /// <returns>Whose name the text begins with, the longest of several; null: nobody's.</returns>
    public (UserId User, string Name)? AtStartOf(ReadOnlySpan<char> text)
    {
        var lookup = _users.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _lengths)
            if (length <= text.Length && lookup.TryGetValue(text[..length], out var name, out var user))
                return (user, name);
        return null;
    }

    public void Add(UserId user, string name)
    {
        var before = _names.GetValueOrDefault(user);
        if (before.Name is { } old && old != name) Forget(user, old);
        _names[user] = (before.Messages + 1, name);
        if (name.Length == 0) return;

        // Of two of the same name it is the newer's.
        _users[name] = user;
        if (_lengths.Contains(name.Length)) return;

        _lengths.Add(name.Length);
        _lengths.Sort((one, other) => other.CompareTo(one));
    }

    public void Remove(UserId user)
    {
        var (messages, name) = _names[user];
        if (messages > 1)
        {
            _names[user] = (messages - 1, name);
            return;
        }
        _names.Remove(user);
        Forget(user, name);
    }

    private void Forget(UserId user, string name)
    {
        if (_users.TryGetValue(name, out var known) && known == user) _users.Remove(name);
    }
}
