using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace Engage.LoadGen.Protocol;

/// <summary>The service account that a client speaks as.</summary>
public sealed record ServiceAccount(string ClientId, string ClientSecret);

/// <summary>Whether a catalogue entry was made by this request.</summary>
public enum Creation
{
    /// <summary>It did not exist.</summary>
    Created,

    /// <summary>It exists, with the same body.</summary>
    Unchanged,

    /// <summary>It exists with another body, which stays.</summary>
    Different,
}

/// <summary>
/// The platform's public HTTP protocol (docs/protocol.md) as a trusted back end uses it. Every call is repeated until
/// it is answered for good or <see cref="RetryPolicy"/> gives up, and throws <see cref="RequestException"/> when it is
/// refused. Safe for concurrent use; owns its connections.
/// </summary>
public sealed class EngageClient : IDisposable
{
    private static readonly TimeSpan TokenReserve = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly HttpExchange _exchange;
    private readonly ServiceAccount _account;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _tokenGate = new(1, 1);
    private string? _token;
    private DateTimeOffset _tokenEnds;

    public EngageClient(Uri server, ServiceAccount account, RetryPolicy retry, TimeProvider time)
    {
        _account = account;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = 64,
        };
        // Attempts are timed by the exchange, by the same clock as everything else.
        _http = new(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        _exchange = new(_http, retry, time);
    }

    /// <summary>Sends a batch; returns once every event of it is durable or rejected.</summary>
    public async Task<EventsAnswer> SendEventsAsync(
        IReadOnlyList<EventMessage> events, CancellationToken cancellation)
    {
        var (response, attempts) = await PostAsync("v1/events", events, cancellation);
        using (response)
        {
            // When every event is rejected the answer is a problem document with the same members.
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity))
                throw await HttpExchange.RefusedAsync(response, cancellation);
            return await ReadAsync<EventsAnswer>(response, cancellation) with { Attempts = attempts };
        }
    }

    /// <summary>
    /// The user's best <paramref name="limit"/>, counting the event acknowledged at <paramref name="after"/>.
    /// </summary>
    public Task<RecommendationsAnswer> RecommendAsync(
        string user, int limit, string? after, CancellationToken cancellation, bool explore = false)
    {
        var path = string.Create(CultureInfo.InvariantCulture,
            $"v1/recommendations?user={Uri.EscapeDataString(user)}&limit={limit}");
        if (after is not null)
            path += $"&after={Uri.EscapeDataString(after)}";
        if (explore)
            path += "&explore=true";
        return GetAsync<RecommendationsAnswer>(path, cancellation);
    }

    public Task<Creation> CreateAsync(CommunityMessage community, CancellationToken cancellation) =>
        CreateAsync("v1/communities", community, cancellation);

    public Task<Creation> CreateAsync(CreatorMessage creator, CancellationToken cancellation) =>
        CreateAsync("v1/creators", creator, cancellation);

    public Task<Creation> CreateAsync(ContentMessage content, CancellationToken cancellation) =>
        CreateAsync("v1/contents", content, cancellation);

    public Task<Creation> CreateAsync(RoomMessage room, CancellationToken cancellation) =>
        CreateAsync("v1/rooms", room, cancellation);

    public Task<Creation> CreateAsync(OfferMessage offer, CancellationToken cancellation) =>
        CreateAsync("v1/offers", offer, cancellation);

    /// <summary>Gives a user a role in a community, such as <c>moderator</c>.</summary>
    public async Task GrantRoleAsync(string community, string user, string role, CancellationToken cancellation)
    {
        var path = $"v1/communities/{Uri.EscapeDataString(community)}/members/{Uri.EscapeDataString(user)}";
        var body = new Dictionary<string, string> { ["role"] = role };
        var (response, _) = await SendAsync(
            () => new(HttpMethod.Put, path) { Content = JsonContent.Create(body, options: Json.Options) },
            cancellation);
        using (response)
            await RequireSuccessAsync(response, cancellation);
    }

    /// <summary>Lets a user see a creator's dashboard.</summary>
    public async Task AppointOwnerAsync(string creator, string user, CancellationToken cancellation)
    {
        var path = $"v1/creators/{Uri.EscapeDataString(creator)}/owners/{Uri.EscapeDataString(user)}";
        var (response, _) = await SendAsync(() => new(HttpMethod.Put, path), cancellation);
        using (response)
            await RequireSuccessAsync(response, cancellation);
    }

    /// <summary>Makes a room live, in the name of a moderator.</summary>
    public async Task StartRoomAsync(string room, string token, CancellationToken cancellation)
    {
        var path = $"v1/rooms/{Uri.EscapeDataString(room)}/actions";
        var body = new Dictionary<string, string> { ["do"] = "start" };
        var (response, _) = await _exchange.SendAsync(() => Authorized(Post(path, body), token), cancellation);
        using (response)
            await RequireSuccessAsync(response, cancellation);
    }

    /// <summary>A page of a room's log as a user sees it, oldest first above <paramref name="after"/>.</summary>
    public async Task<EntriesAnswer> EntriesAsync(
        string room, long after, int limit, string token, CancellationToken cancellation)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture, $"v1/rooms/{Uri.EscapeDataString(room)}/entries?after={after}&limit={limit}");
        var (response, _) = await _exchange.SendAsync(
            () => Authorized(new(HttpMethod.Get, path), token), cancellation);
        using (response)
        {
            await RequireSuccessAsync(response, cancellation);
            return await ReadAsync<EntriesAnswer>(response, cancellation);
        }
    }

    /// <summary>Opens a session for a name and its password.</summary>
    public Task<UserSession> SignInAsync(string userName, string password, CancellationToken cancellation) =>
        SessionAsync(new() { ["userName"] = userName, ["password"] = password }, cancellation);

    /// <summary>The next tokens of a session; those of before are spent. A retry gets the same ones.</summary>
    public Task<UserSession> RefreshAsync(UserSession session, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        return SessionAsync(new() { ["refreshToken"] = session.RefreshToken }, cancellation);
    }

    /// <summary>Registers a user; <see cref="Creation.Different"/> when the name is taken.</summary>
    public Task<Creation> RegisterAsync(
        string userName, string password, string displayName, CancellationToken cancellation) =>
        CreateAsync("v1/users", new RegisterRequest(userName, password, displayName), cancellation);

    /// <summary>An actor's counters by event kind; empty when the server does not know the actor.</summary>
    /// <param name="path">Such as <c>v1/contents/c-1</c> or <c>v1/activity/users/u-1</c>.</param>
    public async Task<IReadOnlyDictionary<string, long>> CountersAsync(string path, CancellationToken cancellation)
    {
        using var response = await GetAsync(path, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return new Dictionary<string, long>();
        await RequireSuccessAsync(response, cancellation);
        var answer = await ReadAsync<CountersAnswer>(response, cancellation);
        return answer.Counters ?? new Dictionary<string, long>();
    }

    public Task<ProgressAnswer> ProgressAsync(CancellationToken cancellation) =>
        GetAsync<ProgressAnswer>("v1/activity/progress", cancellation);

    /// <summary>Returns when <c>/readyz</c> answers 200, or throws when the policy gives up.</summary>
    public async Task WaitReadyAsync(CancellationToken cancellation)
    {
        var (response, _) = await _exchange.SendAsync(() => new(HttpMethod.Get, "readyz"), cancellation);
        using (response)
            await RequireSuccessAsync(response, cancellation);
    }

    public void Dispose()
    {
        _http.Dispose();
        _tokenGate.Dispose();
    }

    private async Task<Creation> CreateAsync<T>(string path, T body, CancellationToken cancellation)
    {
        var (response, _) = await PostAsync(path, body, cancellation);
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.Conflict)
                return Creation.Different;
            await RequireSuccessAsync(response, cancellation);
            return response.StatusCode == HttpStatusCode.Created ? Creation.Created : Creation.Unchanged;
        }
    }

    private async Task<UserSession> SessionAsync(Dictionary<string, string> body, CancellationToken cancellation)
    {
        var (response, _) = await _exchange.SendAsync(() => Post("v1/tokens", body), cancellation);
        using (response)
        {
            await RequireSuccessAsync(response, cancellation);
            var answer = await ReadAsync<TokenAnswer>(response, cancellation);
            return new(
                answer.User ?? "", answer.AccessToken, answer.RefreshToken ?? "",
                TimeSpan.FromSeconds(answer.ExpiresIn));
        }
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellation)
    {
        using var response = await GetAsync(path, cancellation);
        await RequireSuccessAsync(response, cancellation);
        return await ReadAsync<T>(response, cancellation);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellation) =>
        (await SendAsync(() => new(HttpMethod.Get, path), cancellation)).Response;

    private Task<(HttpResponseMessage Response, int Attempts)> PostAsync<T>(
        string path, T body, CancellationToken cancellation) =>
        SendAsync(() => Post(path, body), cancellation);

    private async Task<(HttpResponseMessage Response, int Attempts)> SendAsync(
        Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        var token = await TokenAsync(null, cancellation);
        var answer = await _exchange.SendAsync(() => Authorized(make(), token), cancellation);
        if (answer.Response.StatusCode != HttpStatusCode.Unauthorized)
            return answer;
        // A server that lost its keys, or a clock that jumped: one new token, then the answer stands.
        answer.Response.Dispose();
        token = await TokenAsync(token, cancellation);
        return await _exchange.SendAsync(() => Authorized(make(), token), cancellation);
    }

    private static HttpRequestMessage Post<T>(string path, T body) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: Json.Options) };

    private static HttpRequestMessage Authorized(HttpRequestMessage request, string token)
    {
        request.Headers.Authorization = HttpExchange.Bearer(token);
        return request;
    }

    /// <summary>A token that is still good for a while and is not <paramref name="refused"/>.</summary>
    private async Task<string> TokenAsync(string? refused, CancellationToken cancellation)
    {
        await _tokenGate.WaitAsync(cancellation);
        try
        {
            if (_token is { } known && known != refused && _time.GetUtcNow() < _tokenEnds)
                return known;
            var request = new TokenRequest(_account.ClientId, _account.ClientSecret);
            var (response, _) = await _exchange.SendAsync(() => Post("v1/tokens", request), cancellation);
            using (response)
            {
                await RequireSuccessAsync(response, cancellation);
                var answer = await ReadAsync<TokenAnswer>(response, cancellation);
                _tokenEnds = _time.GetUtcNow() + TimeSpan.FromSeconds(answer.ExpiresIn) - TokenReserve;
                return _token = answer.AccessToken;
            }
        }
        finally
        {
            _tokenGate.Release();
        }
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
            throw await HttpExchange.RefusedAsync(response, cancellation);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellation) =>
        await response.Content.ReadFromJsonAsync<T>(Json.Options, cancellation) ??
        throw new RequestException(
            $"{response.RequestMessage?.RequestUri}: the body is 'null'; expected {typeof(T).Name}.",
            response.StatusCode);
}
