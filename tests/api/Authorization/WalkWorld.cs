using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engage.Api.Authorization;
using Engage.Api.Authorization.Ownerships;

namespace Engage.Api.Tests.Authorization;

/// <summary>
/// A running server with a thing of every kind twice: one that belongs to <see cref="Walker"/>, one that does not.
/// </summary>
public sealed partial class WalkWorld : RunningServer, IAsyncLifetime
{
    public const string Walker = "u-walker";
    public const string Somebody = "u-somebody";
    private const string AnyNumber = "1";

    protected override string[] Settings =>
        ["--Limits:RequestsPerSecond", "100000", "--Limits:RequestsBurst", "100000"];

    /// <summary>
    /// For each ownership of the table, what <see cref="Walker"/> has and what somebody else has; a new ownership needs
    /// a line here, and in <see cref="InitializeAsync"/> what makes the thing.
    /// </summary>
    private readonly Dictionary<Type, (string Own, string Other)> _things = new()
    {
        [typeof(Herself)] = (Walker, Somebody),
        [typeof(OwnerOfCreator)] = ("k-own", "k-other"),
        [typeof(RoleInCommunity)] = ("g-own", "g-other"),
        [typeof(ModeratorOfRoom)] = ("r-own", "r-other"),
    };

    /// <summary>What exists and may be named where nobody's ownership matters; anything else is "x-walk".</summary>
    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        ["/v1/communities/"] = "g-own",
        ["/v1/creators/"] = "k-own",
        ["/v1/contents/"] = "c-1",
        ["/v1/rooms/"] = "r-own",
        ["room"] = "r-own",
        ["creator"] = "k-own",
        ["user"] = Somebody,
        ["documentName"] = "v1",
    };

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        foreach (var whose in new[] { "own", "other" })
        {
            await Service.CreateAsync("communities", new { id = $"g-{whose}", name = new { en = whose } });
            await Service.CreateAsync(
                "creators", new { id = $"k-{whose}", name = new { en = whose }, communities = new[] { $"g-{whose}" } });
            await Service.CreateAsync("rooms", new
            {
                id = $"r-{whose}", community = $"g-{whose}", creator = $"k-{whose}", title = new { en = whose },
            });
        }
        using var owner = await Service.PutAsJsonAsync(
            $"/v1/communities/g-own/members/{Walker}", new { role = "owner" });
        using var creator = await Service.PutAsync(
            new Uri($"/v1/creators/k-own/owners/{Walker}", UriKind.Relative), null);
        owner.EnsureSuccessStatusCode();
        creator.EnsureSuccessStatusCode();
        await SellAsync();
        var (own, other) = (await BuyAsync(Walker), await BuyAsync(Somebody));
        _things[typeof(BuyerOfOrder)] = (own.Order, other.Order);
        _things[typeof(SubscriberOf)] = (own.Subscription, other.Subscription);
    }

    /// <summary>Two offers of somebody else's, and a coupon that takes everything off.</summary>
    private async Task SellAsync()
    {
        foreach (var kind in new[] { "oneOff", "subscription" })
            await Service.CreateAsync("offers", new
            {
                id = $"f-{kind}", kind, seller = new { creator = "k-other" }, title = new { en = kind },
                grants = new[] { new { scope = "creator:k-other" } },
                price = new { minorUnits = 100, currency = "CNY" },
                interval = kind == "oneOff" ? null : "month", trialDays = kind == "oneOff" ? 0 : 7,
            });
        await Service.CreateAsync(
            "coupons", new { code = "WALK-FREE", creator = "k-other", percent = 100, perUser = 10 });
    }

    private async Task<(string Order, string Subscription)> BuyAsync(string user)
    {
        using var http = With(MintedTokens.For(Services, user, Who.User));
        var order = await BuyAsync(
            http, new { offer = "f-oneOff", coupon = "WALK-FREE", pay = new { method = "free" } });
        await BuyAsync(http, new { offer = "f-subscription", pay = new { method = "wallet" } });
        var (_, subscriptions) = await http.GetJsonAsync("/v1/subscriptions");
        return (order.Text("id"), subscriptions.GetProperty("items")[0].Text("id"));
    }

    private static async Task<JsonElement> BuyAsync(HttpClient http, object order)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/orders", UriKind.Relative))
        {
            Content = JsonContent.Create(order),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    internal string? TokenOf(Visit visit, bool code = true) => visit.Role == Who.Anonymous
        ? null
        : MintedTokens.For(Services, visit.Side == Side.Any ? $"u-{Guid.NewGuid():n}" : Walker, visit.Token, code);

    internal HttpRequestMessage RequestOf(Visit visit, bool code = true)
    {
        var (rule, path) = (visit.Rule, visit.Rule.Path);
        var prefix = path.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at ? path[..at] : path;
        path = Parameter().Replace(path, match => match.Groups["type"].Length > 0
            ? AnyNumber
            : ValueOf(visit, match.Groups["name"].Value, prefix));
        if (rule.Of is { } of && !rule.Path.Contains($"{{{of.Name}}}", StringComparison.Ordinal))
            path += $"?{of.Name}={ValueOf(visit, of.Name, prefix)}";

        var method = rule.Method == AccessIndex.AnyMethod ? HttpMethod.Get : new HttpMethod(rule.Method);
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (method == HttpMethod.Post || method == HttpMethod.Put || method == HttpMethod.Patch)
            request.Content = JsonContent.Create(new { });
        if (TokenOf(visit, code) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <returns>What the call gives for the parameter: her own thing, another's, or any.</returns>
    internal string ValueOf(Visit visit, string name, string prefix = "")
    {
        if (visit.Rule.Of is not { } of || of.Name != name)
            return Places.GetValueOrDefault(name) ?? Places.GetValueOrDefault(prefix) ?? "x-walk";
        Assert.True(
            _things.TryGetValue(of.GetType(), out var thing),
            $"{visit.Rule.Surface}: the walk does not know a thing for {of.GetType().Name}; "
            + $"add one to {nameof(WalkWorld)}.{nameof(_things)}.");
        return visit.Side == Side.Own ? thing.Own : thing.Other;
    }

    /// <summary>Constraints that routes of ours have are all of numbers.</summary>
    [GeneratedRegex(@"\{(?<name>\w+)(:(?<type>\w+))?\}")]
    private static partial Regex Parameter();
}
