using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Engage.Faults.Tests;

/// <summary>What one order is to be, and what became of it.</summary>
/// <param name="Path">Where it is placed.</param>
/// <param name="Then">What is done once it is paid: nothing, <c>refund</c> or <c>part</c>.</param>
internal sealed record Intent(int Number, string User, string Token, string Path, object Body, long Amount, string Then)
{
    public string Key => $"intent-{Number}";

    /// <summary>
    /// Whether she also orders it under another key at the same time: one of the two is bought, whatever is killed
    /// between. With a card that is declined neither is, and both may be tried.
    /// </summary>
    public bool IsTwofold => Number % 4 == 0 && Body is OrderBody { Pay.Token: not "tok_declined" };
}

internal sealed record OrderBody(string Offer, PayBody Pay);

internal sealed record PayBody(string Method, string? Token);

/// <summary>
/// A client as people have them: gives up waiting early, sends again whatever was not answered, and sometimes sends
/// what was answered once more.
/// </summary>
internal sealed class Shopper(Uri server, HttpClient service, int seed, Action acknowledged) : IDisposable
{
    private const int TriesMax = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http = new() { BaseAddress = server, Timeout = Patience };
    private readonly Random _random = new(seed);

    /// <returns>The order when nothing about it is unfinished any more.</returns>
    public async Task<JsonElement> CarryOutAsync(Intent intent)
    {
        if (_random.Next(8) == 0) await Task.WhenAll(TryPlaceAsync(intent), TryPlaceAsync(intent));
        var order = intent.IsTwofold
            ? await PlaceTwiceAsync(intent)
            : await UntilAsync(() => TryPlaceAsync(intent), IsKnown);
        acknowledged();
        if (_random.Next(10) == 0) await TryPlaceAsync(intent);
        if (order.GetProperty("state").GetString() == "paid" && intent.Then.Length > 0)
        {
            var amount = intent.Then == "part" ? intent.Amount / 3 : (long?)null;
            var id = order.GetProperty("id").GetString()!;
            order = await UntilAsync(
                () => TryAsync(service, HttpMethod.Post, $"v1/orders/{id}/refunds", new { amount }, "r", null),
                IsKnown);
        }
        return order;
    }

    /// <summary>As it is in the end.</summary>
    public Task<JsonElement> ReadAsync(Intent intent, string id) => UntilAsync(
        () => TryAsync(_http, HttpMethod.Get, $"v1/orders/{id}", null, null, intent.Token), IsKnown);

    public void Dispose() => _http.Dispose();

    /// <returns>The one that was bought: the other was refused.</returns>
    private async Task<JsonElement> PlaceTwiceAsync(Intent intent)
    {
        var answers = await Task.WhenAll(((string[])[intent.Key, intent.Key + "-again"]).Select(key => UntilAsync(
            () => TryAsync(_http, HttpMethod.Post, intent.Path, intent.Body, key, intent.Token),
            answer => IsRefused(answer) || IsKnown(answer))));
        return answers.Count(IsRefused) == 1
            ? answers.Single(answer => !IsRefused(answer))
            : throw new InvalidOperationException(
                $"{intent}: expected one order and one refusal, found {string.Join(" and ", answers)}.");
    }

    private Task<JsonElement?> TryPlaceAsync(Intent intent) =>
        TryAsync(_http, HttpMethod.Post, intent.Path, intent.Body, intent.Key, intent.Token);

    private static bool IsRefused(JsonElement answer) => answer.TryGetProperty("type", out var type)
        && type.GetString()!.EndsWith("/already-owned", StringComparison.Ordinal);

    private static bool IsKnown(JsonElement order) =>
        order.GetProperty("state").GetString() != "pending"
        && order.GetProperty("payment").GetProperty("state").GetString() != "pending"
        && order.GetProperty("refunds").EnumerateArray()
            .All(refund => refund.GetProperty("state").GetString() == "done");

    private static async Task<JsonElement> UntilAsync(
        Func<Task<JsonElement?>> ask, Func<JsonElement, bool> enough)
    {
        JsonElement? last = null;
        using var pause = new PeriodicTimer(Pause);
        for (var tries = 0; tries < TriesMax; tries++)
        {
            last = await ask();
            if (last is { } answer && enough(answer)) return answer;
            await pause.WaitForNextTickAsync();
        }
        throw new InvalidOperationException($"Nothing came of it in {TriesMax} tries; the last answer was {last}.");
    }

    /// <returns>Null: no answer, or one that asks to try again.</returns>
    private static async Task<JsonElement?> TryAsync(
        HttpClient http, HttpMethod method, string path, object? body, string? key, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: Json);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode) return await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.StatusCode == HttpStatusCode.Conflict
                && await answer.Content.ReadFromJsonAsync<JsonElement>() is var problem && IsRefused(problem))
                return problem;
            if (answer.StatusCode >= HttpStatusCode.InternalServerError
                || answer.StatusCode == HttpStatusCode.TooManyRequests) return null;
            throw new InvalidOperationException(
                $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (
            exception is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            return null;
        }
    }
}
