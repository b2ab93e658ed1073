using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Contracts.Economy;
using Engage.Grains.Activity;
using Engage.Storage;
using Engage.Storage.Books;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Economy;

/// <summary>
/// One user's points. Two writes make a grant: her state, which names it with the offsets that it stands for, and then
/// the ledger's entry under that name. A crash between the two leaves the name behind, and it is booked by whoever
/// comes next; booked twice it is one entry.
/// </summary>
internal sealed partial class PointsGrain(
    [PersistentState("points")] IPersistentState<PointsState> state,
    IBooks books,
    PointsFold fold,
    PointsZone zone,
    IOptions<EconomyOptions> options,
    TimeProvider time,
    ILogger<PointsGrain> logger) : ProjectionGrain<PointsState>(state), IPointsGrain
{
    private readonly OwnWorks _own = new();
    private readonly MemberPoints _member = new(books);
    private readonly CommunityZones _zones = new();
    private DateTimeOffset _settledAt;

    private UserId Id => new(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _settledAt = time.GetUtcNow();
        return Task.CompletedTask;
    }

    public async Task ApplyAsync(JournalBatch batch)
    {
        var now = time.GetUtcNow();
        var events = batch.Events.Select(journaled => journaled.Event).Where(options.Value.Earns(now)).ToArray();
        await _zones.LearnAsync(GrainFactory, now, events);
        var earning = Array.FindAll(events, activity => fold.MayEarn(State, activity, now, _zones.Of(activity)));
        await _own.LearnAsync(GrainFactory, Id, now, earning);
        await _member.LearnAsync(Id, now, earning.Length > 0);
        ApplyNew(batch);
    }

    public async Task<PointsStanding> GetAsync()
    {
        await SettleAsync();
        var balance = await books.BalanceAsync(
            LedgerAccounts.PointsOf(Id), LedgerAccounts.Points, null, CancellationToken.None);
        var today = zone.DayOf(State.TimeZone, time.GetUtcNow());
        var level = fold.LevelOf(State.Earned);
        var (from, next) = fold.LevelBounds(level);
        return new()
        {
            Points = balance,
            Earned = State.Earned,
            Level = level,
            LevelFrom = from,
            LevelNext = next,
            Streak = PointsFold.StreakAt(State, today.DayNumber),
            StreakBest = State.StreakBest,
            TimeZone = State.TimeZone ?? zone.DefaultId,
            Listed = !State.Unlisted,
            Day = today,
            Rules = fold.Uses(State, today.DayNumber),
        };
    }

    public async Task<string?> ChangeAsync(PointsSettings settings)
    {
        if (Refusal(settings) is { } refusal) return refusal;

        if (settings.TimeZone is { } changed && changed != State.TimeZone)
            (State.TimeZone, State.TimeZoneAt) = (changed, time.GetUtcNow());
        if (settings.Listed is { } listed && listed == State.Unlisted)
        {
            State.Unlisted = !listed;
            State.Untold.UnionWith(State.Communities.Keys);
        }
        Changed();
        await StoreIfChangedAsync();
        await TellBoardsAsync();
        return null;
    }

    public Task<LeaderPoints> InCommunityAsync(CommunityId community) =>
        Task.FromResult(fold.InCommunity(State, Id.Value, community.Value));

    public async Task EraseAsync()
    {
        await SettleAsync();
        State.Erased = State.Unlisted = true;
        State.Untold.UnionWith(State.Communities.Keys);
        (State.Earned, State.Streak, State.StreakBest, State.StreakDay) = (0, 0, 0, 0);
        (State.TimeZone, State.TimeZoneAt) = (null, null);
        State.Days.Clear();
        State.Counters = default;
        Changed();
        await StoreIfChangedAsync();
        await TellBoardsAsync();
        State.Communities.Clear();
        Changed();
        await StoreIfChangedAsync();
    }

    protected override void Apply(JournalPosition position, ActivityEvent activity)
    {
        var now = time.GetUtcNow();
        fold.Apply(
            State, position, activity, now, _own.Has(activity),
            new(_member.PercentOf(activity), _zones.Of(activity)));
    }

    /// <summary>
    /// What cannot be booked or told now waits in the stored state, so that nothing else has to wait for it.
    /// </summary>
    protected override async Task StoredAsync()
    {
        try
        {
            if (State.Grant is not null || time.GetUtcNow() - _settledAt >= options.Value.SettlePeriod)
                await SettleAsync();
            await TellBoardsAsync();
        }
        catch (Exception exception) when (exception is BusyException or StorageException or TimeoutException)
        {
            LogWaits(exception, Id);
        }
    }

    /// <summary>Afterwards the ledger has all that was earned up to the call.</summary>
    private async Task SettleAsync()
    {
        if (State.Grant is not null) await BookAsync(State.Grant);
        if (State.Accrued == 0) return;

        State.Grant = new(State.GrantedThrough, State.EarnedThrough, State.Accrued, time.GetUtcNow());
        (State.Accrued, State.GrantedThrough) = (0, State.EarnedThrough);
        Changed();
        await BookAsync(State.Grant);
    }

    private async Task BookAsync(PointsGrant grant)
    {
        // Its name must be durable first: booked under a name that a crash forgets, it would be booked again.
        await StoreIfChangedAsync();
        var outcome = await books.CommitAsync(
            new(
                grant.KeyFor(Id.Value), grant.At, "points",
                [
                    new(LedgerAccounts.PointsIssued, LedgerAccounts.Points, -grant.Points),
                    new(LedgerAccounts.PointsOf(Id), LedgerAccounts.Points, grant.Points, 0),
                ],
                []),
            CancellationToken.None);
        if (outcome.Result is not (BookResult.Written or BookResult.Repeated))
            throw new InvalidOperationException(
                $"Points '{grant.KeyFor(Id.Value)}': the books answered {outcome.Result} ({outcome.Detail}), expected "
                + "Written or Repeated; a grant never takes anything away.");

        State.Grant = null;
        _settledAt = time.GetUtcNow();
        Changed();
    }

    private async Task TellBoardsAsync()
    {
        foreach (var community in State.Untold.ToArray())
        {
            var board = GrainFactory.GetGrain<ILeaderBoardGrain>(community);
            await (State.Unlisted
                ? board.RemoveAsync(Id)
                : board.ReportAsync(fold.InCommunity(State, Id.Value, community)));
            State.Untold.Remove(community);
            Changed();
        }
    }

    private string? Refusal(PointsSettings settings)
    {
        if (settings.TimeZone is not { } wanted || wanted == State.TimeZone) return null;
        if (State.TimeZoneAt is not { } last) return null;

        var free = last.AddDays(IPointsGrain.ZoneDaysMin);
        return time.GetUtcNow() >= free
            ? null
            : $"timeZone: was changed on {last:yyyy-MM-dd}; it may be changed again from {free:yyyy-MM-dd} on";
    }

    [LoggerMessage(LogLevel.Warning, "Points of {User} are not booked or told of yet; tried again later")]
    private partial void LogWaits(Exception exception, UserId user);
}
