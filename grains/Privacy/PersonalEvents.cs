using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Contracts.Activity;
using Engage.Storage.Privacy;

namespace Engage.Grains.Privacy;

/// <summary>
/// What of an event only its user wrote - her session, attributes such as what she searched for - is sealed with her
/// key before it gets into the journal, as one attribute. What the platform itself reads stays as it is: how an item
/// came to be shown.
/// </summary>
internal sealed class PersonalEvents(IPersonalVault vault)
{
    /// <summary>No attribute that clients send has a dot of its own in front.</summary>
    public const string SealedName = ".sealed";

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="events">Replaced in place.</param>
    public async ValueTask SealAsync(List<ActivityEvent> events, CancellationToken cancellationToken)
    {
        var personal = new List<int>();
        for (var i = 0; i < events.Count; i++)
            if (IsPersonal(events[i])) personal.Add(i);
        if (personal.Count == 0) return;

        var texts = personal.ConvertAll(i => ToText(events[i]));
        try
        {
            var values = await vault.SealAsync(texts, cancellationToken);
            for (var at = 0; at < values.Length; at++)
                events[personal[at]] = Without(events[personal[at]], values[at]);
        }
        catch (PersonErasedException)
        {
            for (var at = 0; at < texts.Count; at++)
                events[personal[at]] = Without(
                    events[personal[at]], await SealIfAliveAsync(texts[at], cancellationToken));
        }
    }

    /// <returns>The events as they were sent; without what was sealed where its key is gone.</returns>
    public async ValueTask<ActivityEvent[]> OpenAsync(
        IReadOnlyList<ActivityEvent> events, CancellationToken cancellationToken)
    {
        var opened = events.ToArray();
        var kept = Enumerable.Range(0, opened.Length)
            .Where(i => opened[i].Attributes?.ContainsKey(SealedName) == true).ToArray();
        var texts = await vault.OpenAsync(
            [.. kept.Select(i => new PersonalText(
                opened[i].User, Purpose(opened[i]), opened[i].Attributes![SealedName]))],
            cancellationToken);
        for (var at = 0; at < kept.Length; at++) opened[kept[at]] = With(opened[kept[at]], texts[at]);
        return opened;
    }

    private static bool IsPersonal(ActivityEvent activity) =>
        activity.Session is not null || activity.Attributes?.Keys.Any(name => !IsOurs(name)) == true;

    private static bool IsOurs(string name) => name is "slot" or "propensity" or "explored";

    /// <summary>An event's own: it opens in no other.</summary>
    private static string Purpose(ActivityEvent activity) => $"event:{activity.EventId:n}";

    private static PersonalText ToText(ActivityEvent activity) => new(
        activity.User,
        Purpose(activity),
        JsonSerializer.Serialize(
            new Sent(
                activity.Session,
                activity.Attributes?.Where(pair => !IsOurs(pair.Key))
                    .ToDictionary(StringComparer.Ordinal)),
            Readable));

    private async ValueTask<string?> SealIfAliveAsync(PersonalText text, CancellationToken cancellationToken)
    {
        try
        {
            return await vault.SealAsync(text.User, text.Purpose, text.Text, cancellationToken);
        }
        catch (PersonErasedException)
        {
            return null;
        }
    }

    private static ActivityEvent Without(ActivityEvent activity, string? value)
    {
        var attributes = activity.Attributes?.Where(pair => IsOurs(pair.Key)).ToDictionary(StringComparer.Ordinal)
            ?? [];
        if (value is not null) attributes.Add(SealedName, value);
        return activity with { Session = null, Attributes = attributes.Count > 0 ? attributes : null };
    }

    private static ActivityEvent With(ActivityEvent activity, string? text)
    {
        var sent = text is null ? new Sent(null, null) : JsonSerializer.Deserialize<Sent>(text)!;
        var attributes = activity.Attributes!.Where(pair => IsOurs(pair.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in sent.Attributes ?? []) attributes[name] = value;
        return activity with { Session = sent.Session, Attributes = attributes.Count > 0 ? attributes : null };
    }

    private sealed record Sent(string? Session, Dictionary<string, string>? Attributes);
}
