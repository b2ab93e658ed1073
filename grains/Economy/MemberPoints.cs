using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Economy;

/// <summary>
/// How much more one user's activity earns where she is a member. Looked up once a minute at most, and only for events
/// that would earn something: a membership counts within a minute of its beginning.
/// </summary>
internal sealed class MemberPoints(IBooks books)
{
    private const int Usual = 100;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private List<Membership> _known = [];
    private DateTimeOffset? _since;

    public async ValueTask LearnAsync(UserId user, DateTimeOffset now, bool mayEarn)
    {
        if (!mayEarn || now - _since < Lifetime) return;

        _known = await Memberships.OfAsync(books, user, now, CancellationToken.None);
        _since = now;
    }

    /// <returns>Per cent of what the rule says; of several memberships the best counts.</returns>
    public int PercentOf(ActivityEvent activity)
    {
        if (_known.Count == 0) return Usual;

        var creator = activity.Creator is { } k ? LedgerAccounts.Of(k) : null;
        var community = activity.Community is { } g ? LedgerAccounts.Of(g) : null;
        return _known.Where(each => each.Seller == creator || each.Seller == community)
            .Select(each => each.Benefits.PointsPercent).Append(Usual).Max();
    }
}
