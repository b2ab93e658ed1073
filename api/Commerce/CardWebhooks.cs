using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Microsoft.Extensions.Options;

namespace Engage.Api.Commerce;

/// <summary>
/// News from the card provider; docs/protocol.md, "Card provider". A webhook is a reason to ask, never the answer: one
/// that comes twice, late or in another order does no harm, and neither would one that somebody forged.
/// </summary>
internal sealed partial class CardWebhooks(
    IOptions<CardAddressOptions> options, TimeProvider time, ILogger<CardWebhooks> logger)
{
    public const string Header = "Engage-Signature";
    private const string ChargedBack = "charge.charged_back";
    private const int BodyBytesMax = 16 << 10;
    private const int EventLengthMax = 128;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static void MapCardWebhooks(WebApplication app) =>
        app.MapPost("/v1/payments/webhooks/card", TakeAsync).WithTags("Commerce");

    private static async Task<IResult> TakeAsync(
        HttpRequest request, CardWebhooks webhooks, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(request.Body, cancellationToken);
        if (body is null) return Problem.TooLarge($"A webhook has at most {BodyBytesMax} bytes.").ToResult();
        if (!webhooks.IsSigned(body, request.Headers[Header].ToString()))
        {
            webhooks.LogRefused();
            return Problem.Unauthenticated(
                $"{Header}: expected 't=<unix seconds>,v1=<hex of HMAC-SHA256>' over time and body, at most "
                + $"{Tolerance.TotalMinutes:0} minutes old.").ToResult();
        }
        if (Parse(body) is not var (order, notice))
            return Problem.InvalidRequest("Expected an event with 'id', 'type' and 'charge'.").ToResult();

        // Not from within a call of ours, and not to be lost: the provider tells it again until it is booked.
        if (notice is null)
        {
            var reply = await grains.GetGrain<IOrderGrain>(order).ChargedBackAsync();
            return reply.Refusal is { Problem: "not-ready" } silent ? silent.ToResult() : TypedResults.Ok();
        }

        // One way: the provider may be calling us from within a call of ours. What is lost here the reminder finds.
        await grains.GetGrain<IOrderGrain>(order).NoticeAsync(notice);
        return TypedResults.Ok();
    }

    /// <param name="body">As it came, byte for byte.</param>
    /// <param name="header">Its time and signature.</param>
    public bool IsSigned(ReadOnlySpan<byte> body, string header)
    {
        if (options.Value.WebhookSecret.Length == 0) return false;
        string? at = null, signature = null;
        foreach (var part in header.Split(','))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal)) at = part[2..];
            if (part.StartsWith("v1=", StringComparison.Ordinal)) signature = part[3..];
        }
        if (!long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
            return false;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        byte[] signed = [.. Encoding.ASCII.GetBytes(at + "."), .. body];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.WebhookSecret), signed, expected);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)), Encoding.UTF8.GetBytes(signature ?? ""));
    }

    /// <returns>Null if it is no event; without a notice: the card's bank took money back.</returns>
    private static (string Order, ProviderNotice? Notice)? Parse(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || Text(root, "id") is not { Length: > 0 and <= EventLengthMax } id
                || Text(root, "type") is null
                || !IdText.IsValid(Text(root, "charge"))) return null;

            if (Text(root, "type") == ChargedBack) return (Text(root, "charge")!, null);
            var refund = Text(root, "refund")?.Split(':') is [_, var number]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                    ? parsed
                    : (int?)null;
            return (Text(root, "charge")!, new(id, refund));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <returns>Null if it is too long.</returns>
    private static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[BodyBytesMax + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read > BodyBytesMax ? null : buffer[..read];
    }

    [LoggerMessage(LogLevel.Warning, "A card webhook was refused: it is not signed as the provider signs")]
    private partial void LogRefused();
}
