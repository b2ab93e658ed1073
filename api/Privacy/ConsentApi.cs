using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Privacy;

namespace Engage.Api.Privacy;

/// <summary>As a client writes it, also within a registration; what is absent is not decided.</summary>
internal sealed record ConsentRequest(bool? Personalization, bool? Analytics, bool? Marketing)
{
    /// <returns>Null if it decides nothing.</returns>
    public ConsentDecision? ToDecision(ConsentSource source)
    {
        var decided = Of(Purposes.Personalization, Personalization is not null)
            | Of(Purposes.Analytics, Analytics is not null)
            | Of(Purposes.Marketing, Marketing is not null);
        return decided == Purposes.None ? null : new(Given, decided, source);
    }

    /// <summary>Who registers is asked for everything: what she did not give is refused.</summary>
    public static ConsentDecision AtRegistration(ConsentRequest? request) =>
        new(request?.Given ?? Purposes.None, Purposes.All, ConsentSource.Registration);

    private Purposes Given =>
        Of(Purposes.Personalization, Personalization == true)
        | Of(Purposes.Analytics, Analytics == true)
        | Of(Purposes.Marketing, Marketing == true);

    private static Purposes Of(Purposes purpose, bool holds) => holds ? purpose : Purposes.None;
}

internal sealed record ConsentAnswer(
    string User, bool Personalization, bool Analytics, bool Marketing, DateTimeOffset? DecidedAt,
    ConsentAnswerChange[] History)
{
    public static ConsentAnswer Of(ConsentView view) => new(
        view.User.Value,
        view.Allows(Purposes.Personalization),
        view.Allows(Purposes.Analytics),
        view.Allows(Purposes.Marketing),
        view.DecidedAt,
        Array.ConvertAll(view.History, change => new ConsentAnswerChange(
            change.At, Word(change.Purpose), change.Given, Word(change.Source))));

    private static string Word<T>(T member) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{member}");
}

internal sealed record ConsentAnswerChange(DateTimeOffset At, string Purpose, bool Given, string Source);

/// <summary>What a person consents to; docs/protocol.md, "Privacy".</summary>
internal static class ConsentApi
{
    public static void MapConsent(this WebApplication app)
    {
        var own = app.MapGroup("/v1/privacy").WithTags("Privacy");
        own.MapGet("/consent", GetAsync).SurvivesSilos().Produces<ConsentAnswer>();
        own.MapPut("/consent", DecideAsync).SurvivesSilos().Produces<ConsentAnswer>();
    }

    private static async Task<IResult> GetAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(ConsentAnswer.Of(await Of(caller, grains).GetAsync()));

    private static async Task<IResult> DecideAsync(
        ConsentRequest request, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (request.ToDecision(ConsentSource.User) is not { } decision)
            return Problem.InvalidRequest(
                "Nothing is decided: expected 'personalization', 'analytics' or 'marketing', each true or false.")
                .ToResult();
        return TypedResults.Ok(ConsentAnswer.Of(await Of(caller, grains).DecideAsync(decision)));
    }

    private static IConsentGrain Of(ClaimsPrincipal caller, IGrainFactory grains) =>
        grains.GetGrain<IConsentGrain>(caller.UserId()!.Value.Value);
}
