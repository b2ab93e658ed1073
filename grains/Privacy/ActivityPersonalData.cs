using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Privacy;
using Engage.Contracts.Recommending;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Privacy;

/// <summary>
/// What somebody did, and what follows from it. The journal stays as it is, under an id that names nobody; what only
/// she wrote in it is sealed.
/// </summary>
internal sealed class ActivityPersonalData(
    IActivityJournal journal, PersonalEvents personal, IServiceProvider services) : IPersonalData
{
    private const int PageLimit = 1_000;

    public string Section => "activity";

    // The engine is registered after the grains' own services.
    private IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var figures = await Grains.GetGrain<IUserGrain>(user.Value).GetActivityAsync().WaitAsync(cancellationToken);
        var events = new JsonArray();
        for (var after = 0L; ;)
        {
            var page = await journal.ReadUserAsync(user, after, PageLimit, cancellationToken);
            if (page.Length == 0) break;
            after = page[^1].Offset;
            foreach (var activity in await personal.OpenAsync([.. page.Select(at => at.Event)], cancellationToken))
                events.Add(Describe(activity));
        }
        if (events.Count == 0 && figures.Counters.Count == 0) return null;

        var counters = new JsonObject();
        foreach (var (kind, count) in figures.Counters) counters[ActivityEventRules.Name(kind)] = count;
        return new JsonObject
        {
            ["counters"] = counters,
            ["interest"] = new JsonArray([.. figures.Recent.Select(recent => new JsonObject
            {
                ["content"] = recent.Content.Value, ["occurredAt"] = recent.OccurredAt,
            })]),
            ["events"] = events,
        };
    }

    public Task EraseAsync(UserId user, CancellationToken cancellationToken) =>
        Grains.GetGrain<IConsentGrain>(user.Value).EraseAsync().WaitAsync(cancellationToken);

    private static JsonObject Describe(ActivityEvent activity)
    {
        var described = new JsonObject
        {
            ["eventId"] = activity.EventId.ToString("D"),
            ["kind"] = ActivityEventRules.Name(activity.Kind),
            ["content"] = activity.Content?.Value,
            ["creator"] = activity.Creator?.Value,
            ["community"] = activity.Community?.Value,
            ["value"] = activity.Value,
            ["occurredAt"] = activity.OccurredAt,
            ["session"] = activity.Session,
        };
        foreach (var absent in described.Where(member => member.Value is null).Select(member => member.Key).ToArray())
            described.Remove(absent);
        if (activity.Attributes is { } attributes)
            described["attributes"] = new JsonObject(
                attributes.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
        return described;
    }
}
