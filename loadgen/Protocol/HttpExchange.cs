using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Engage.LoadGen.Protocol;

/// <summary>
/// Sends a request until it is answered for good: connection errors, time-outs, 429, 502, 503 and 504 are retried by
/// the policy, so that a server that is killed and restarted in between is survived; 500 only a few times. Only
/// requests that are harmless to repeat may go through here.
/// </summary>
internal sealed class HttpExchange(HttpClient http, RetryPolicy policy, TimeProvider time)
{
    /// <summary>The last answer, whatever its status, and the attempts it took. The caller disposes it.</summary>
    /// <param name="request">Makes the request anew for each attempt.</param>
    /// <exception cref="RequestException">The policy gave up.</exception>
    public async Task<(HttpResponseMessage Response, int Attempts)> SendAsync(
        Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var serverErrors = 0;
        for (var attempt = 1; ; attempt++)
        {
            var (response, failure) = await AttemptAsync(request, cancellation);
            if (response is not null && !RetryPolicy.IsTransient(response.StatusCode))
                return (response, attempt);
            if (response is { StatusCode: HttpStatusCode.InternalServerError }
                && ++serverErrors > policy.Options.ServerErrorRetriesMax)
                return (response, attempt);
            using (response)
            {
                var delay = policy.NextDelay(attempt, time.GetElapsedTime(began), RetryAfter(response));
                if (delay is null)
                    throw await GaveUpAsync(response, failure, attempt, cancellation);
                await Task.Delay(delay.Value, time, cancellation);
            }
        }
    }

    /// <summary>What the server says about a request that it refused.</summary>
    public static async Task<RequestException> RefusedAsync(
        HttpResponseMessage response, CancellationToken cancellation)
    {
        var what = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}: " +
            $"{(int)response.StatusCode} {response.ReasonPhrase}";
        return new($"{what}. {await DetailAsync(response, cancellation)}".TrimEnd(), response.StatusCode);
    }

    private async Task<(HttpResponseMessage? Response, Exception? Failure)> AttemptAsync(
        Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(policy.Options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        using var message = request();
        try
        {
            return (await http.SendAsync(message, either.Token), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            return (null, e);
        }
    }

    private async Task<RequestException> GaveUpAsync(
        HttpResponseMessage? response, Exception? failure, int attempts, CancellationToken cancellation)
    {
        var why = response is null ? failure?.Message : (await RefusedAsync(response, cancellation)).Message;
        var text = $"No success in {attempts} attempts within {policy.Options.GiveUpAfter.TotalSeconds} s at " +
            $"{http.BaseAddress}: {why} Is the server running?";
        return new(text, response?.StatusCode, failure);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static async Task<string?> DetailAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var type = response.Content.Headers.ContentType;
        if (!Equals(type?.MediaType, "application/problem+json"))
            return null;
        var problem = await response.Content.ReadFromJsonAsync<ProblemAnswer>(Json.Options, cancellation);
        return problem?.Detail ?? problem?.Title;
    }

    /// <summary>Bearer header of <paramref name="token"/>.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);
}
