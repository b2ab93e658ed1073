using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Engage.Api.Authorization;
using Engage.Api.Events;
using Engage.Api.Realtime;
using Engage.Api.Rooms;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engage.Api.Tests.Hostile;

/// <summary>One place in a request where a caller may write a text.</summary>
/// <param name="Surface">As <see cref="AccessTable"/> writes it; of an action in a room with the action's name.</param>
/// <param name="Path">
/// In the body: <c>title.zh</c>, <c>tags[]</c>, <c>attributes{}</c>. Outside of it: <c>{id}</c>, <c>?query</c>.
/// </param>
internal sealed record TextField(string Surface, string Path)
{
    public override string ToString() => $"{Surface}: {Path}";
}

/// <summary>
/// All of them, as the running server would read them: from the routes' own signatures, so that none is forgotten.
/// </summary>
internal static class TextFields
{
    private const string Actions = "POST /v1/rooms/{id}/actions";

    /// <summary>Bodies that a handler reads by itself, and those that have none.</summary>
    private static readonly Dictionary<string, Type?> ByHand = new(StringComparer.Ordinal)
    {
        [Actions] = typeof(RoomAction),
        ["POST /v1/events"] = typeof(EventDraft[]),
        ["POST /v1/payments/webhooks/card"] = typeof(WebhookBody),
        ["PUT /v1/operators/{user}"] = null,
        ["PUT /v1/creators/{id}/owners/{user}"] = null,
        ["DELETE /v1/creators/{id}/owners/{user}"] = null,
        ["POST /v1/privacy/export"] = null,
        ["POST /v1/orders/{id}/cancel"] = null,
        ["POST /v1/subscriptions/{id}/cancel"] = null,
        ["POST /v1/subscriptions/{id}/resume"] = null,
        ["POST /v1/gifts/{code}/claim"] = null,
        ["POST /v1/quotes/{id}/decline"] = null,
        ["POST /v1/quotes/{id}/approve"] = null,
        ["POST /hub/negotiate"] = null,
    };

    /// <summary>What the card provider sends.</summary>
    private sealed record WebhookBody(string Id, string Type, string Charge);

    public static IReadOnlyList<TextField> OfBodies(IServiceProvider server) =>
        [.. Routes(server).SelectMany(route => InBody(server, route)).Distinct()];

    public static IReadOnlyList<TextField> OfAddresses(IServiceProvider server) =>
        [.. Routes(server).SelectMany(InAddress).Distinct()];

    /// <summary>Arguments of the hub's methods; what is in an action is found among the bodies.</summary>
    public static IReadOnlyList<TextField> OfHub() =>
    [
        .. from method in typeof(EngageHub).GetMethods(
               BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           where method.GetBaseDefinition() == method
           from argument in method.GetParameters()
           select new TextField($"hub {method.Name}", argument.Name!),
    ];

    private static IEnumerable<(string Surface, RouteEndpoint Endpoint)> Routes(IServiceProvider server) =>
        from endpoint in server.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from surface in AccessIndex.SurfacesOf(endpoint)
        select (surface, endpoint);

    private static IEnumerable<TextField> InBody(
        IServiceProvider server, (string Surface, RouteEndpoint Endpoint) route)
    {
        if (!ByHand.TryGetValue(route.Surface, out var type))
        {
            type = route.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
            Assert.True(
                type is not null || route.Surface[0] is not 'P',
                $"{route.Surface} has a body that its signature does not tell of; add its type to {nameof(ByHand)}.");
        }
        if (type is null) return [];

        var options = type == typeof(RoomAction)
            ? RoomJson.Options
            : server.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var json = options.GetTypeInfo(type);
        return json.PolymorphismOptions is { } kinds
            ? kinds.DerivedTypes.SelectMany(kind =>
                Walk(options, kind.DerivedType, "").Select(path => new TextField(
                    $"{route.Surface} {kind.TypeDiscriminator}", path)))
            : Walk(options, type, "").Select(path => new TextField(route.Surface, path));
    }

    private static IEnumerable<TextField> InAddress((string Surface, RouteEndpoint Endpoint) route)
    {
        var inPath = route.Endpoint.RoutePattern.Parameters.Where(it => it.ParameterPolicies.Count == 0)
            .Select(it => new TextField(route.Surface, $"{{{it.Name}}}"));
        var inQuery = (route.Endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
            .Where(it => it.ParameterType == typeof(string)
                && route.Endpoint.RoutePattern.GetParameter(it.Name!) is null)
            .Select(it => new TextField(route.Surface, $"?{it.Name}"));
        return inPath.Concat(inQuery);
    }

    /// <returns>The paths below a type at which JSON has a text.</returns>
    private static IEnumerable<string> Walk(JsonSerializerOptions options, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var json = options.GetTypeInfo(type);
        return json.Kind switch
        {
            JsonTypeInfoKind.Object => json.Properties.Where(property => property.Set is not null || property.Get is not null)
                .SelectMany(property => Walk(
                    options, property.PropertyType, path is "" ? property.Name : $"{path}.{property.Name}")),
            JsonTypeInfoKind.Enumerable => Walk(options, json.ElementType!, $"{path}[]"),
            JsonTypeInfoKind.Dictionary => Walk(options, json.ElementType!, $"{path}{{}}"),
            _ => IsText(type) ? [path] : [],
        };
    }

    /// <summary>Numbers, times and such are read by the platform itself, which takes no text for them.</summary>
    private static bool IsText(Type type) =>
        !type.IsPrimitive && type != typeof(DateTimeOffset) && type != typeof(TimeSpan) && type != typeof(Guid);
}
