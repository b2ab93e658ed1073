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
    private const int FailuresMax = 100;

    public string Name => "people";

    /// <summary>One that fails keeps none of those behind her from it; where many do, it is not about them.</summary>
    public async Task<long> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (removed, failed) = (0L, 0);
        Exception? first = null;
        for (UserId? after = null; ;)
        {
            var page = await holders.ListAsync(after, PageLimit, cancellationToken);
            if (page.Count == 0) break;

            after = page[^1];
            foreach (var user in page.Where(KeyOwners.IsPerson))
                try
                {
                    removed += await ExpireAsync(user, now, cancellationToken);
                }
#pragma warning disable CA1031
                catch (Exception exception) when (failed < FailuresMax && exception is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    (failed, first) = (failed + 1, first ?? exception);
                }
        }
        return first is null
            ? removed
            : throw new InvalidOperationException(
                $"Of {failed} people nothing could be let go of, for the others it is done; see the first's error.",
                first);
    }

    private async Task<long> ExpireAsync(UserId user, DateTimeOffset now, CancellationToken cancellationToken) =>
        await grains.GetGrain<IAccountGrain>(user.Value).ExpireAsync().WaitAsync(cancellationToken)
        + await grains.GetGrain<IInboxGrain>(user.Value).ExpireAsync(now - options.Value.Mentions)
            .WaitAsync(cancellationToken);
}
