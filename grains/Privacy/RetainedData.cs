using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Rooms;
using Engage.Grains.Mail;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Privacy;

/// <summary>Letters that nobody fetched.</summary>
internal sealed class RetainedLetters(PostOffice office, IOptions<RetentionOptions> options) : IRetainedData
{
    public string Name => "letters";

    public Task<long> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(office.Expire(now - options.Value.Letters));
}

/// <summary>
/// The keys of months whose texts in events were kept long enough. Without theirs nothing of such a month can be read
/// any more, wherever in the journal or in a backup it stands.
/// </summary>
internal sealed class RetainedActivityText(
    IKeyHolders holders, IPersonalVault vault, IOptions<RetentionOptions> options) : IRetainedData
{
    /// <summary>Sorts before all months, and behind everything that sorts before them.</summary>
    private static readonly UserId BeforeMonths = new("month/");
    private const int PageLimit = 200;

    public string Name => "activityText";

    public async Task<long> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0L;
        // At most a page of months is kept, which is over 16 years; the next day takes the next.
        foreach (var owner in await holders.ListAsync(BeforeMonths, PageLimit, cancellationToken))
        {
            if (!KeyOwners.IsMonthBefore(owner, now - options.Value.ActivityText)) break;

            await vault.DestroyAsync(owner, cancellationToken);
            removed++;
        }
        return removed;
    }
}

/// <summary>
/// What people's actors keep for a while: sessions, mail addresses that were never confirmed, mentions. One person
/// after another, so that it is never in anybody's way.
/// </summary>
internal sealed class RetainedOfPeople(
    IKeyHolders holders, IGrainFactory grains, IOptions<RetentionOptions> options) : IRetainedData
{
    private const int PageLimit = 500;

    public string Name => "people";

    public async Task<long> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0L;
        for (UserId? after = null; ;)
        {
            var page = await holders.ListAsync(after, PageLimit, cancellationToken);
            if (page.Count == 0) return removed;

            after = page[^1];
            foreach (var user in page.Where(KeyOwners.IsPerson))
                removed += await grains.GetGrain<IAccountGrain>(user.Value).ExpireAsync().WaitAsync(cancellationToken)
                    + await grains.GetGrain<IInboxGrain>(user.Value).ExpireAsync(now - options.Value.Mentions)
                        .WaitAsync(cancellationToken);
        }
    }
}
