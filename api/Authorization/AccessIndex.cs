using System.Collections.Frozen;

namespace Engage.Api.Authorization;

/// <summary>Finds the rule of a call. Built once from the table.</summary>
internal sealed class AccessIndex
{
    /// <summary>For endpoints that take every method.</summary>
    public const string AnyMethod = "*";

    private readonly FrozenDictionary<(string Method, string Pattern), AccessRule> _routes;
    private readonly FrozenDictionary<string, AccessRule> _hub;

    /// <exception cref="ArgumentException">A surface is in the table twice.</exception>
    public AccessIndex(IEnumerable<AccessRule> rules)
    {
        Rules = [.. rules];
        if (Rules.GroupBy(rule => rule.Surface).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"'{twice.Key}' has {twice.Count()} lines; expected one.", nameof(rules));

        _routes = Rules.Where(rule => !rule.IsHub).ToFrozenDictionary(rule => (rule.Method, rule.Path));
        // SignalR finds a method however its name is cased.
        _hub = Rules.Where(rule => rule.IsHub).ToFrozenDictionary(rule => rule.Path, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<AccessRule> Rules { get; }

    /// <returns>Null for a method without a rule, which nobody may call.</returns>
    public AccessRule? OfHub(string method) => _hub.GetValueOrDefault(method);

    /// <returns>Null for a route without a rule, which nobody may call.</returns>
    public AccessRule? Of(RouteEndpoint endpoint, string method) =>
        _routes.GetValueOrDefault((TakesEveryMethod(endpoint) ? AnyMethod : method, PatternOf(endpoint)));

    /// <summary>The surfaces of an endpoint, as the table writes them.</summary>
    public static IEnumerable<string> SurfacesOf(RouteEndpoint endpoint) =>
        (TakesEveryMethod(endpoint) ? [AnyMethod] : endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
        .Select(method => $"{method} {PatternOf(endpoint)}");

    private static bool TakesEveryMethod(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { HttpMethods.Count: > 0 };

    /// <summary>A group's route may end in a slash, which means nothing.</summary>
    private static string PatternOf(RouteEndpoint endpoint)
    {
        var pattern = endpoint.RoutePattern.RawText ?? "";
        return pattern.Length > 1 && pattern[^1] == '/' ? pattern[..^1] : pattern;
    }
}
