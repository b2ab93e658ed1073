using Engage.Contracts;
using Engage.Contracts.Privacy;

namespace Engage.Grains.Privacy;

/// <summary>What somebody consents to, as it is stored with what depends on it.</summary>
public sealed class StoredConsent
{
    public Purposes Given { get; set; }
    public long DecidedAtMs { get; set; }

    /// <summary>
    /// Of the journal, in her partition: events up to here were sent without consent, whenever they arrive.
    /// </summary>
    public long LearnAfter { get; set; }

    /// <summary>Oldest first.</summary>
    public List<StoredChange> History { get => field ??= []; set; }
}

public sealed record StoredChange(long AtMs, Purposes Purpose, bool Given, ConsentSource Source);

/// <summary>Computes what holds; knows no clock and no storage.</summary>
internal static class ConsentRules
{
    public const int HistoryMax = 100;

    /// <summary>Those who look around without an account were never asked.</summary>
    public const string GuestPrefix = "u-guest-";

    private static readonly Purposes[] Each = [Purposes.Personalization, Purposes.Analytics, Purposes.Marketing];

    /// <returns>What holds now.</returns>
    public static Purposes Given(StoredConsent? consent, UserId user, PrivacyOptions options) =>
        consent is not null ? consent.Given
        : options.ConsentOfUnknownUsers && !user.Value.StartsWith(GuestPrefix, StringComparison.Ordinal) ? Purposes.All
        : Purposes.None;

    /// <returns>A new value: what was decided for the purposes that are decided, the others as they were.</returns>
    public static StoredConsent Decide(
        StoredConsent? before, UserId user, ConsentDecision decision, PrivacyOptions options, long nowMs)
    {
        // Who registers was not asked before: nothing holds that she did not give then.
        var old = decision.Source == ConsentSource.Registration && before is null
            ? Purposes.None
            : Given(before, user, options);
        var given = (old & ~decision.Decided) | (decision.Given & decision.Decided);
        var changes = Each
            .Where(purpose => decision.Decided.HasFlag(purpose)
                && (before is null || given.HasFlag(purpose) != old.HasFlag(purpose)))
            .Select(purpose => new StoredChange(nowMs, purpose, given.HasFlag(purpose), decision.Source));
        return new()
        {
            Given = given,
            DecidedAtMs = nowMs,
            LearnAfter = before?.LearnAfter ?? 0,
            History = [.. (before?.History ?? []).Concat(changes).TakeLast(HistoryMax)],
        };
    }

    public static ConsentView View(StoredConsent? consent, UserId user, PrivacyOptions options) => new(
        user,
        Given(consent, user, options),
        consent is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(consent.DecidedAtMs),
        [
            .. (consent?.History ?? []).AsEnumerable().Reverse().Select(change => new ConsentChange(
                DateTimeOffset.FromUnixTimeMilliseconds(change.AtMs), change.Purpose, change.Given, change.Source)),
        ]);
}
