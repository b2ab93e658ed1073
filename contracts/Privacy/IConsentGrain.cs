using Orleans.Concurrency;

namespace Engage.Contracts.Privacy;

/// <summary>What one user (the key) consents to.</summary>
[Alias("engage.IConsentGrain")]
public interface IConsentGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("GetAsync")]
    Task<ConsentView> GetAsync();

    /// <summary>
    /// Durable when it completes, and obeyed by everything that happens from then on; also by what was taken in before
    /// and is still on its way. The same decision again is harmless.
    /// </summary>
    [Alias("DecideAsync")]
    Task<ConsentView> DecideAsync([Immutable] ConsentDecision decision);

    /// <summary>
    /// Forgets interest, figures and decisions; from then on nothing of hers is applied. Again is harmless.
    /// </summary>
    [Alias("EraseAsync")]
    Task EraseAsync();
}

/// <summary>What somebody may consent to, each by itself.</summary>
[Flags, GenerateSerializer, Alias("engage.purposes")]
public enum Purposes
{
    None = 0,

    /// <summary>What she does shapes what she is shown, and the model learns from it.</summary>
    Personalization = 1,

    /// <summary>Creators may see her by name among those who are active with them.</summary>
    Analytics = 2,

    /// <summary>Campaigns and news may be sent to her.</summary>
    Marketing = 4,

    All = Personalization | Analytics | Marketing,
}

/// <summary>Who decided.</summary>
[GenerateSerializer, Alias("engage.consent-source")]
public enum ConsentSource
{
    Registration = 1,
    User = 2,

    /// <summary>A back end that asked her.</summary>
    Service = 3,
}

/// <param name="Given">Of <paramref name="Decided"/>, what she consents to; the rest of it she refuses.</param>
/// <param name="Decided">Which purposes are decided; the others stay as they are.</param>
[GenerateSerializer, Immutable, Alias("engage.consent-decision")]
public sealed record ConsentDecision(
    [property: Id(0)] Purposes Given, [property: Id(1)] Purposes Decided, [property: Id(2)] ConsentSource Source);

/// <param name="DecidedAt">Null while she has decided nothing, and <paramref name="Given"/> is what holds then.</param>
/// <param name="History">Newest first.</param>
[GenerateSerializer, Immutable, Alias("engage.consent-view")]
public sealed record ConsentView(
    [property: Id(0)] UserId User,
    [property: Id(1)] Purposes Given,
    [property: Id(2)] DateTimeOffset? DecidedAt,
    [property: Id(3)] ConsentChange[] History)
{
    public bool Allows(Purposes purpose) => (Given & purpose) == purpose;
}

/// <summary>One purpose, given or taken back.</summary>
[GenerateSerializer, Immutable, Alias("engage.consent-change")]
public readonly record struct ConsentChange(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] Purposes Purpose,
    [property: Id(2)] bool Given,
    [property: Id(3)] ConsentSource Source);
