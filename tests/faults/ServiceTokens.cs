using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Engage.LoadGen.Protocol;

namespace Engage.Faults.Tests;

/// <summary>Sends a service's token, and gets another one before it is over.</summary>
internal sealed class ServiceTokens(ServiceAccount account) : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _token;
    private DateTimeOffset _until;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", await TokenAsync(request.RequestUri!, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gate.Dispose();
        base.Dispose(disposing);
    }

    private async Task<string> TokenAsync(Uri server, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_token is not null && TimeProvider.System.GetUtcNow() < _until) return _token;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/v1/tokens"))
            {
                Content = JsonContent.Create(
                    new { account.ClientId, account.ClientSecret }, options: JsonSerializerOptions.Web),
            };
            using var answer = await base.SendAsync(request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            _until = TimeProvider.System.GetUtcNow()
                + TimeSpan.FromSeconds(body.GetProperty("expiresIn").GetInt32()) - Reserve;
            return _token = body.GetProperty("accessToken").GetString()!;
        }
        finally
        {
            _gate.Release();
        }
    }
}
