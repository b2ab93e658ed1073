using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Contracts.Activity;
using Engage.Storage.Privacy;

namespace Engage.Grains.Privacy;

/// <summary>
/// What of an event only its user wrote - her session, attributes such as what she searched for - is sealed with her
/// key before it gets into the journal, as one attribute, and then with the key of the month, which is destroyed when
/// the month was kept long enough (<see cref="RetainedActivityText"/>). What the platform itself reads stays as it is:
/// how an item came to be shown, and the currency of what was bought.
/// </summary>
internal sealed class PersonalEvents(IPersonalVault vault, TimeProvider time)
{
    /// <summary>No attribute that clients send has a dot of its own in front.</summary>
    public const string SealedName = ".sealed";

    /// <summary>Neither in a month nor in anything sealed.</summary>
    private const char MonthEnd = ':';

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
            var values = await EncloseAsync(texts, await vault.SealAsync(texts, cancellationToken), cancellationToken);
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
        var texts = await OpenAsync(
            [.. kept.Select(i => new PersonalText(
                opened[i].User, Purpose(opened[i]), opened[i].Attributes![SealedName]))],
            cancellationToken);
        for (var at = 0; at < kept.Length; at++) opened[kept[at]] = With(opened[kept[at]], texts[at]);
        return opened;
    }

    /// <summary>The month stands in front: it is that of the arrival, whatever the client's clock says.</summary>
    private async ValueTask<string[]> EncloseAsync(
        List<PersonalText> texts, string[] values, CancellationToken cancellationToken)
    {
        var month = KeyOwners.Month(time.GetUtcNow());
        var enclosed = await vault.SealAsync(
            [.. texts.Zip(values, (text, value) => new PersonalText(month, text.Purpose, value))], cancellationToken);
        return Array.ConvertAll(enclosed, value => $"{month}{MonthEnd}{value}");
    }

    /// <summary>Values from before there were months have none in front.</summary>
    private async ValueTask<string?[]> OpenAsync(PersonalText[] values, CancellationToken cancellationToken)
    {
        var inner = values.Select(value => (string?)value.Text).ToArray();
        var enclosed = Enumerable.Range(0, values.Length).Where(i => values[i].Text.Contains(MonthEnd)).ToArray();
        var texts = await vault.OpenAsync([.. enclosed.Select(i => Outer(values[i]))], cancellationToken);
        for (var at = 0; at < enclosed.Length; at++) inner[enclosed[at]] = texts[at];

        var readable = Enumerable.Range(0, values.Length).Where(i => inner[i] is not null).ToArray();
        texts = await vault.OpenAsync(
            [.. readable.Select(i => values[i] with { Text = inner[i]! })], cancellationToken);
        var opened = new string?[values.Length];
        for (var at = 0; at < readable.Length; at++) opened[readable[at]] = texts[at];
        return opened;
    }

    private static PersonalText Outer(PersonalText value)
    {
        var end = value.Text.IndexOf(MonthEnd, StringComparison.Ordinal);
        return new(new(value.Text[..end]), value.Purpose, value.Text[(end + 1)..]);
    }

    private static bool IsPersonal(ActivityEvent activity) =>
        activity.Session is not null || activity.Attributes?.Keys.Any(name => !IsOurs(name)) == true;

    private static bool IsOurs(string name) =>
        name is "slot" or "propensity" or "explored" or ActivityAttributes.Currency;

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
            var value = await vault.SealAsync(text.User, text.Purpose, text.Text, cancellationToken);
            return (await EncloseAsync([text], [value], cancellationToken))[0];
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
