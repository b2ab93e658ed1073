using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Api.Problems;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

/// <summary>By which a request that is sent again is known.</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>What is not there adds nothing: a member that requests get later changes no fingerprint.</summary>
    private static readonly JsonSerializerOptions Canonical = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <returns>The key, or what is wrong with it.</returns>
    public static (string? Key, IResult? Wrong) Read(HttpRequest request)
    {
        var values = request.Headers[Header];
        return values is [{ Length: > 0 and <= OrderRequest.IdempotencyKeyLengthMax } key]
            && key.All(c => c is > ' ' and <= '~')
                ? (key, null)
                : (null, Problem.InvalidRequest(
                    $"{Header}: expected 1 to {OrderRequest.IdempotencyKeyLengthMax} visible ASCII characters, chosen "
                    + "anew for each intention and sent again with each retry.").ToResult());
    }

    public static string Fingerprint<T>(T request) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, Canonical)));
}
