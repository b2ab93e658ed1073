using System.Reflection;
using Engage.Api.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Authorization;

/// <summary>Compares what the server answers to with the table, both ways.</summary>
internal static class AccessCheck
{
    /// <summary>Everything that can be called, as the table writes it.</summary>
    public static IEnumerable<string> Surfaces(EndpointDataSource endpoints) => endpoints.Endpoints
        .OfType<RouteEndpoint>().SelectMany(AccessIndex.SurfacesOf).Concat(HubMethods(typeof(EngageHub)))
        .Distinct(StringComparer.Ordinal);

    /// <returns>What has no line in the table.</returns>
    public static IReadOnlyList<string> Missing(EndpointDataSource endpoints, AccessIndex index) =>
        [.. Surfaces(endpoints).Except(index.Rules.Select(rule => rule.Surface), StringComparer.Ordinal)];

    /// <returns>Lines of the table that nothing answers to.</returns>
    public static IReadOnlyList<string> Idle(EndpointDataSource endpoints, AccessIndex index) =>
        [.. index.Rules.Select(rule => rule.Surface).Except(Surfaces(endpoints), StringComparer.Ordinal)];

    /// <summary>What SignalR takes for methods: public, the hub's own, no override of the framework's.</summary>
    private static IEnumerable<string> HubMethods(Type hub) => hub
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.GetBaseDefinition() == method && !method.IsSpecialName)
        .Select(method => $"hub {method.GetCustomAttribute<HubMethodNameAttribute>()?.Name ?? method.Name}");
}

/// <summary>A server that would answer to something without a rule does not start.</summary>
internal sealed class RefuseToStartWithoutRules(AccessIndex index) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var missing = AccessCheck.Missing(app.ApplicationServices.GetRequiredService<EndpointDataSource>(), index);
        if (missing.Count > 0)
            throw new InvalidOperationException(
                $"{missing.Count} surfaces have no line in api/Authorization/AccessTable.cs, which says who may call "
                + $"what: {string.Join(", ", missing)}. Add one for each.");
    };
}
