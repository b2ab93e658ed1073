using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Engage.Contracts.Commerce;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Cards;

/// <summary>The provider of docs/protocol.md, "Card provider", over HTTP.</summary>
internal sealed partial class HttpCardProvider(
    HttpClient http, IOptions<CommerceOptions> options, TimeProvider time, ILogger<HttpCardProvider> logger)
    : ICardProvider
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private CardOptions Card => options.Value.Card;

    public Task<ChargeAnswer> ChargeAsync(Charge charge, CancellationToken cancellationToken) => AskAsync(
        "v1/charges",
        new { id = charge.Order.Value, amount = charge.Amount, currency = charge.Currency, token = charge.Token },
        cancellationToken);

    public Task<ChargeAnswer> VoidAsync(OrderId order, CancellationToken cancellationToken) =>
        AskAsync($"v1/charges/{order.Value}/void", new { }, cancellationToken);

    public async Task<bool> RefundAsync(
        OrderId order, int number, long amount, CancellationToken cancellationToken)
    {
        var answer = await SendAsync<RefundBody>(
            "v1/refunds", new { id = $"{order.Value}:{number}", charge = order.Value, amount }, cancellationToken);
        return answer is { State: "succeeded" } && answer.Amount == amount;
    }

    private async Task<ChargeAnswer> AskAsync(string path, object body, CancellationToken cancellationToken)
    {
        var answer = await SendAsync<ChargeBody>(path, body, cancellationToken);
        return answer?.State switch
        {
            "succeeded" => new(
                ChargeOutcome.Succeeded, answer.Amount, answer.Currency, ChargedBack: answer.ChargedBack),
            "declined" => new(ChargeOutcome.Declined, Reason: answer.Reason),
            "voided" => new(ChargeOutcome.Voided),
            _ => ChargeAnswer.Unknown,
        };
    }

    /// <returns>Null: not known what came of it.</returns>
    private async Task<T?> SendAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class
    {
        using var patience = new CancellationTokenSource(Card.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Card.Url), path));
            request.Content = JsonContent.Create(body, options: Json);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Card.Key);
            using var answer = await http.SendAsync(request, either.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
                return await answer.Content.ReadFromJsonAsync<T>(Json, either.Token);
            LogRefused(path, (int)answer.StatusCode);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or JsonException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogSilent(path, exception.GetType().Name);
        }
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "The card provider answered {Path} with {Status}; asked again later")]
    private partial void LogRefused(string path, int status);

    [LoggerMessage(LogLevel.Warning, "The card provider did not answer {Path} ({Failure}); asked again later")]
    private partial void LogSilent(string path, string failure);

    private sealed record ChargeBody(
        string Id, string State, long Amount, string? Currency, string? Reason, long ChargedBack = 0);

    private sealed record RefundBody(string Id, string State, long Amount);
}
