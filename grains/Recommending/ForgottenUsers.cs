using Engage.Contracts;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Recommending;

/// <summary>
/// Users who wanted to be forgotten a moment ago: until batches that were already on their way have come, and until a
/// model is stored that no longer knows them.
/// </summary>
internal sealed class ForgottenUsers
{
    private readonly Dictionary<(int Partition, UserId User), long> _onTheWay = [];
    private readonly HashSet<UserId> _unstored = [];

    /// <summary>Those whom the stored model still knows.</summary>
    public UserId[] Unstored => [.. _unstored];

    /// <param name="through">Her last event that may be on its way.</param>
    /// <param name="applied">What the partition has learned: whoever is past it needs no more remembering.</param>
    public void Add(UserId user, int partition, long through, long applied)
    {
        foreach (var passed in _onTheWay.Where(entry => entry.Key.Partition == partition && entry.Value <= applied))
            _onTheWay.Remove(passed.Key);
        if (through > applied) _onTheWay[(partition, user)] = through;
        _unstored.Add(user);
    }

    /// <summary>Whether this example was made before its user wanted to be forgotten.</summary>
    public bool Covers(int partition, LearningExample example) =>
        _onTheWay.Count > 0
        && _onTheWay.TryGetValue((partition, example.User), out var through) && example.Offset <= through;

    /// <param name="users">What <see cref="Unstored"/> was when the bytes were made that are now stored.</param>
    public void Stored(UserId[] users) => _unstored.ExceptWith(users);
}
