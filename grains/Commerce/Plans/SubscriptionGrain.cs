using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Shares;
using Engage.Storage.Books;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// Brings one subscription forward. Money and periods are written by its orders (<see cref="SubscriptionEffects"/>);
/// this actor places them when they are due, and writes what follows from one that was refused. Before it decides
/// anything it reads what is stored, and what it writes is refused if that has changed meanwhile.
/// </summary>
internal sealed partial class SubscriptionGrain(
    IBooks books, PaymentMeansBook means, SaleCommunities communities, TimeProvider time,
    ILogger<SubscriptionGrain> logger)
    : Grain, ISubscriptionGrain, IRemindable
{
    private const string Reminder = "look";
    private const int ConflictsMax = 4;

    /// <summary>Often enough to tell of prices; a tick that fails comes again as soon.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromDays(1);
    private static readonly TimeSpan SoonPeriod = TimeSpan.FromMinutes(1);

    private KeptDocument<Subscription> _kept = null!;

    private string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _kept = new(books, SubscriptionDocuments.IdOf(Id));
        return Task.CompletedTask;
    }

    public Task NoticeAsync() => this.RegisterOrUpdateReminder(Reminder, TimeSpan.Zero, SoonPeriod);

    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAsync();

    public async Task<Subscription?> GetAsync() =>
        await books.FindAsync(SubscriptionDocuments.IdOf(Id), CancellationToken.None) is { } document
            ? BookJson.Read<Subscription>(document)
            : null;

    public async Task LookAsync()
    {
        var subscription = await ReadAsync();
        if (subscription is { IsLive: true })
        {
            await TellOfPriceAsync(subscription);
            await EndOtherTiersAsync((await ReadAsync())!);
            subscription = await ReadAsync();
        }
        while (subscription is { IsLive: true } && SubscriptionCourse.IsDue(subscription, time.GetUtcNow()))
        {
            var version = _kept.Version;
            await TakeUpAsync(subscription);
            subscription = await ReadAsync();
            // Its order is still on the way.
            if (_kept.Version == version) break;
        }
        await RemindAsync(subscription);
    }

    public async Task<SubscriptionReply> CancelAsync()
    {
        if (await ReadAsync() is not { } subscription) return Unknown();
        if (subscription.CancelAtPeriodEnd || !subscription.IsLive) return new(subscription, null);

        var now = time.GetUtcNow();
        // What is overdue was not paid for: there is nothing left to wait for.
        var cancelled = subscription.State == SubscriptionState.PastDue
            ? SubscriptionCourse.End(subscription, now)
            : subscription with { CancelAtPeriodEnd = true };
        return await ChangeAsync("cancel", subscription, cancelled);
    }

    public async Task<SubscriptionReply> ResumeAsync()
    {
        if (await ReadAsync() is not { } subscription) return Unknown();
        if (!subscription.IsLive)
            return Refused($"ended at {subscription.EndedAt:O}; order the offer '{subscription.Offer}' anew");
        if (subscription.Method == PaymentMethod.Free)
            return Refused("has no means of payment; give it some with PUT /v1/subscriptions/{id}/payment");

        return subscription.CancelAtPeriodEnd
            ? await ChangeAsync("resume", subscription, subscription with { CancelAtPeriodEnd = false })
            : new(subscription, null);
    }

    public async Task EndAsync()
    {
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            if (await ReadAsync() is not { IsLive: true } subscription) return;
            await ChangeAsync("end", subscription, SubscriptionCourse.End(subscription, time.GetUtcNow()));
        }
        if (await ReadAsync() is { IsLive: true })
            throw new InvalidOperationException(
                $"Subscription '{Id}' changed {ConflictsMax} times while it was to end; ask for it again.");
    }

    public async Task<SubscriptionReply> PayWithAsync(PayRequest pay)
    {
        if (await ReadAsync() is not { } subscription) return Unknown();
        if (!subscription.IsLive) return Refused($"ended at {subscription.EndedAt:O}; order it anew");

        var kept = await means.SealAsync(subscription.Buyer, pay);
        var reply = await ChangeAsync(
            "pay", subscription,
            subscription with
            {
                Method = kept.Method,
                Token = kept.Token,
                // Whoever gives a new card for an overdue period wants it charged now.
                NextAttemptAt = subscription.State == SubscriptionState.PastDue
                    ? time.GetUtcNow()
                    : subscription.NextAttemptAt,
            });
        if (subscription.State == SubscriptionState.PastDue) await LookAsync();
        return reply with { Subscription = await ReadAsync() };
    }

    private async Task TakeUpAsync(Subscription subscription)
    {
        if (SubscriptionCourse.Ends(subscription, time.GetUtcNow()))
            await ChangeAsync("end", subscription, SubscriptionCourse.End(subscription, EndOf(subscription)));
        else
            await ChargeAsync(subscription);
    }

    /// <summary>
    /// The order's id follows from subscription, period and attempt, and there is a further attempt only when the one
    /// before is known to have failed for good: no period is charged twice.
    /// </summary>
    private async Task ChargeAsync(Subscription subscription)
    {
        // With a space, which no key of a request has: nobody else takes the name.
        var name = $"renewal {subscription.Id}:{subscription.Period + 1}:{subscription.Attempts + 1}";
        var token = await means.OpenAsync(subscription.Buyer, subscription.Token);
        if (subscription.Method == PaymentMethod.Card && token is null)
        {
            // Nobody can read it any more: it counts as refused, and ends after the grace period.
            await ChangeAsync("refused", subscription, SubscriptionCourse.Refuse(subscription));
            return;
        }
        var price = SubscriptionCourse.NextPrice(subscription, time.GetUtcNow());
        var where = await communities.OfAsync(subscription.Seller, subscription.Grants, CancellationToken.None);
        var reply = await GrainFactory.GetGrain<IOrderGrain>(OrderId.Of(subscription.Buyer, name).Value)
            .PlaceAsync(new(subscription.Buyer, name, null, RenewalDraft.Of(subscription, where, price, token)));

        if (reply.Order?.Order.State is OrderState.Pending) return;
        if (reply.Order?.Order.PaidAt is not null)
        {
            _kept.Forget();
            return;
        }
        LogRefused(Id, subscription.Period + 1, reply.Refusal?.Problem ?? reply.Order?.Order.Failure?.Code ?? "");
        await ChangeAsync("refused", subscription, SubscriptionCourse.Refuse(subscription));
    }

    private async Task TellOfPriceAsync(Subscription subscription)
    {
        if (await GrainFactory.GetGrain<IOfferGrain>(subscription.Offer.Value).GetAsync() is { } offer
            && SubscriptionCourse.Tell(subscription, offer, time.GetUtcNow()) is { } told)
            await ChangeAsync("told", subscription, told);
    }

    /// <summary>Of a seller's tiers one is had at a time: the older ones end with what is paid for.</summary>
    private async Task EndOtherTiersAsync(Subscription subscription)
    {
        if (!subscription.IsTier || subscription.CancelAtPeriodEnd) return;

        await foreach (var other in SubscriptionDocuments.AllAsync(books, subscription.Buyer, CancellationToken.None))
            if (other is { IsTier: true, IsLive: true, CancelAtPeriodEnd: false }
                && other.Id != subscription.Id && other.StartedAt < subscription.StartedAt
                && SellerKeys.AccountOf(other.Seller) == SellerKeys.AccountOf(subscription.Seller))
                await GrainFactory.GetGrain<ISubscriptionGrain>(other.Id).CancelAsync();
    }

    private async Task<SubscriptionReply> ChangeAsync(string what, Subscription before, Subscription after)
    {
        var outcome = await _kept.CommitAsync(
            $"subscription:{Id}:{_kept.Version}:{what}", time.GetUtcNow(), "subscription", after,
            others: await SubscriptionDocuments.EntitlementsAsync(books, after, CancellationToken.None));
        if (outcome.Result is not (BookResult.Written or BookResult.Repeated))
            // Paid or changed meanwhile: whoever asks again finds what it is now.
            return new(await ReadAsync(), new("conflict", $"Subscription '{Id}' has just changed; look at it again."));

        await GrainFactory.GetGrain<IEntitlementsGrain>(before.Buyer.Value).RefreshAsync();
        await RemindAsync(after);
        return new(after, null);
    }

    private async Task<Subscription?> ReadAsync()
    {
        _kept.Forget();
        return await _kept.GetAsync();
    }

    private async Task RemindAsync(Subscription? subscription)
    {
        if (subscription is not { IsLive: true })
        {
            if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
            return;
        }
        var wait = SubscriptionCourse.DueAt(subscription) - time.GetUtcNow();
        await this.RegisterOrUpdateReminder(
            Reminder, wait < SoonPeriod ? SoonPeriod : wait < LookPeriod ? wait : LookPeriod, LookPeriod);
    }

    private static DateTimeOffset EndOf(Subscription subscription) =>
        subscription.CancelAtPeriodEnd ? subscription.PeriodEnd : subscription.GraceUntil;

    private SubscriptionReply Unknown() =>
        new(null, new("not-found", $"Subscription '{Id}' does not exist; list yours with GET /v1/subscriptions."));

    private SubscriptionReply Refused(string detail) =>
        new(null, new("subscription-state", $"Subscription '{Id}' {detail}."));

    [LoggerMessage(LogLevel.Information, "Subscription {Id}: the charge of period {Period} was refused: {Reason}")]
    private partial void LogRefused(string id, int period, string reason);
}
