using System.IO.Compression;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Auditing;
using Engage.Contracts.Privacy;

namespace Engage.Api.Privacy;

internal sealed record ErasureRequest(string? Password, string? Code);

internal sealed record ErasureAnswer(string Id, string State, DateTimeOffset RequestedAt, DateTimeOffset? DoneAt);

internal sealed record AccessItem(DateTimeOffset At, string By, string What, string? Reason);

internal sealed record AccessAnswer(AccessItem[] Items, long? Cursor);

internal sealed record ExportAnswer(
    string Id, string State, DateTimeOffset RequestedAt, DateTimeOffset? ReadyAt, JsonElement? Data);

/// <summary>A person's data, handed out and erased; docs/protocol.md, "Privacy".</summary>
internal static class PrivacyApi
{
    /// <summary>Hexadecimal digits at the front of an erasure's id; the user's id follows them.</summary>
    private const int SecretLength = 32;

    private const int AccessLimitDefault = 50;

    public static void MapPrivacy(this WebApplication app)
    {
        app.MapConsent();
        var own = app.MapGroup("/v1/privacy").WithTags("Privacy");
        own.MapPost("/export", StartExportAsync).Produces<ExportAnswer>(StatusCodes.Status202Accepted);
        own.MapGet("/export/{id}", GetExportAsync).Produces<ExportAnswer>();
        own.MapGet("/access", ListAccessAsync).SurvivesSilos().Produces<AccessAnswer>();
        own.MapPost("/erasure", EraseAsync).Produces<ErasureAnswer>(StatusCodes.Status202Accepted);
        own.MapGet("/erasure/{id}", GetErasureAsync).SurvivesSilos().Produces<ErasureAnswer>();
    }

    private static async Task<IResult> StartExportAsync(ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (await grains.GetGrain<IExportGrain>(UserOf(caller).Value).StartAsync() is not { } export)
            throw new BusyException("Your export is being made; ask for that one.", TimeSpan.FromSeconds(2));
        return TypedResults.Accepted($"/v1/privacy/export/{export.Id}", Answer(export));
    }

    private static async Task<IResult> GetExportAsync(string id, ClaimsPrincipal caller, IGrainFactory grains) =>
        await grains.GetGrain<IExportGrain>(UserOf(caller).Value).GetAsync(id) is { } export
            ? TypedResults.Ok(Answer(export))
            : Problem.NotFound("Export", id, "ask for a new one with POST /v1/privacy/export").ToResult();

    private static async Task<IResult> ListAccessAsync(
        ClaimsPrincipal caller, IGrainFactory grains, long? cursor = null, int limit = AccessLimitDefault)
    {
        if (limit is < 1 or > IAuditGrain.LimitMax || cursor is < 0)
            return Problem.InvalidRequest(
                $"Expected a limit of 1 to {IAuditGrain.LimitMax}, and the cursor that the page before answered.")
                .ToResult();

        var page = await grains.GetGrain<IAuditGrain>(IAuditGrain.Key)
            .ListAsync(new(null, UserOf(caller), cursor ?? 0, limit));
        return TypedResults.Ok(new AccessAnswer(
            Array.ConvertAll(page.Items, item => new AccessItem(item.At, item.By.Value, item.What, item.How)),
            page.Cursor));
    }

    private static async Task<IResult> EraseAsync(
        ErasureRequest request, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (request.Password is not { Length: > 0 } password)
            return Problem.InvalidRequest("Expected 'password': an erasure cannot be taken back.").ToResult();

        var account = grains.AccountOf(caller);
        var proof = await account.ProveAsync(password);
        if (proof.IsDone && proof.Account?.Totp == true)
            proof = await account.StepUpAsync(caller.Session() ?? "", CodesOf(request.Code));
        if (!proof.IsDone) return proof.ToResult(AccountAnswers.NoContent);

        var user = UserOf(caller);
        var erasure = await grains.GetGrain<IErasureGrain>(user.Value).RequestAsync();
        return TypedResults.Accepted($"/v1/privacy/erasure/{IdOf(user, erasure)}", Answer(user, erasure));
    }

    /// <summary>Whoever knows the id asked for it.</summary>
    private static async Task<IResult> GetErasureAsync(string id, IGrainFactory grains)
    {
        if (id.Length <= SecretLength || !IdText.IsValid(id[SecretLength..])) return NotFound(id);

        var user = new UserId(id[SecretLength..]);
        var erasure = await grains.GetGrain<IErasureGrain>(user.Value).GetAsync();
        return erasure is not null && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(erasure.Secret), Encoding.UTF8.GetBytes(id[..SecretLength]))
            ? TypedResults.Ok(Answer(user, erasure))
            : NotFound(id);
    }

    private static IResult NotFound(string id) =>
        Problem.NotFound("Erasure", id, "its id is in the answer to POST /v1/privacy/erasure").ToResult();

    /// <summary>Six digits are of an authenticator; recovery codes are longer.</summary>
    private static Codes CodesOf(string? code) => code is { Length: > 6 } ? new(null, code) : new(code, null);

    private static UserId UserOf(ClaimsPrincipal caller) => caller.UserId()!.Value;

    private static string IdOf(UserId user, ErasureView erasure) => erasure.Secret + user.Value;

    private static ErasureAnswer Answer(UserId user, ErasureView erasure) => new(
        IdOf(user, erasure), erasure.DoneAt is null ? "running" : "done", erasure.RequestedAt, erasure.DoneAt);

    private static ExportAnswer Answer(ExportView export) => new(
        export.Id, JsonNamingPolicy.CamelCase.ConvertName($"{export.State}"), export.RequestedAt, export.ReadyAt,
        export.Packed is { } packed ? Unpack(packed) : null);

    private static JsonElement Unpack(byte[] packed)
    {
        using var json = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<JsonElement>(json);
    }
}
