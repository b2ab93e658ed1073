using System.Net.Http.Headers;
using System.Net.Http.Json;
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

    protected override string[] Settings =>
        ["--Limits:RequestsPerSecond", "100000", "--Limits:RequestsBurst", "100000"];

    /// <summary>
    /// For each ownership of the table, what <see cref="Walker"/> has and what somebody else has; a new ownership needs
    /// a line here, and in <see cref="InitializeAsync"/> what makes the thing.
    /// </summary>
    private static readonly Dictionary<Type, (string Own, string Other)> Things = new()
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
    }

    internal string? TokenOf(Visit visit, bool code = true) => visit.Role == Who.Anonymous
        ? null
        : MintedTokens.For(Services, visit.Side == Side.Any ? $"u-{Guid.NewGuid():n}" : Walker, visit.Token, code);

    internal HttpRequestMessage RequestOf(Visit visit, bool code = true)
    {
        var (rule, path) = (visit.Rule, visit.Rule.Path);
        var prefix = path.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at ? path[..at] : path;
        foreach (var name in Names(path))
            path = path.Replace($"{{{name}}}", ValueOf(visit, name, prefix), StringComparison.Ordinal);
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
    internal static string ValueOf(Visit visit, string name, string prefix = "")
    {
        if (visit.Rule.Of is not { } of || of.Name != name)
            return Places.GetValueOrDefault(name) ?? Places.GetValueOrDefault(prefix) ?? "x-walk";
        Assert.True(
            Things.TryGetValue(of.GetType(), out var thing),
            $"{visit.Rule.Surface}: the walk does not know a thing for {of.GetType().Name}; "
            + $"add one to {nameof(WalkWorld)}.{nameof(Things)}.");
        return visit.Side == Side.Own ? thing.Own : thing.Other;
    }

    private static IEnumerable<string> Names(string pattern) =>
        ParameterName().Matches(pattern).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex ParameterName();
}
