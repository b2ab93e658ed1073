using System.Text.Json;
using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Api.Events;

internal sealed record EventResult(int Index, string? EventId, string Status, JournalPosition? Position, string? Error);

internal sealed record EventsAnswer(
    int Accepted, int Duplicates, int Rejected, JournalPosition? Position, EventResult[] Results);

/// <summary>Takes a batch of events from either door, HTTP or hub: same checks, same answer.</summary>
internal sealed class EventIntake(
    IGrainFactory grains, Failover failover, TimeProvider time, EventMetrics metrics)
{
    public const int BatchMax = 1_000;

    /// <param name="batch">
    /// One JSON value per event; an error takes the place of a value that could not be parsed.
    /// </param>
    /// <exception cref="BusyException">Nothing was taken.</exception>
    public async Task<EventsAnswer> TakeAsync(
        IReadOnlyList<(JsonElement Json, string? Error)> batch, UserId? caller, CancellationToken cancellationToken)
    {
        var (now, began) = (time.GetUtcNow(), time.GetTimestamp());
        var results = new EventResult[batch.Count];
        var good = new List<ActivityEvent>(batch.Count);
        var goodAt = new List<int>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            var (draft, error) = batch[i].Error is { } unparsed ? (null, unparsed) : EventDraft.Read(batch[i].Json);
            ActivityEvent? activity = null;
            if (draft is not null) (activity, error) = draft.ToEvent(caller, now);
            if (activity is null)
            {
                results[i] = Rejected(i, EventDraft.IdOf(batch[i].Json), error);
                continue;
            }
            good.Add(activity);
            goodAt.Add(i);
        }

        var outcomes = good.Count == 0
            ? []
            : await AppendAsync([.. good], cancellationToken);
        for (var i = 0; i < outcomes.Length; i++)
            results[goodAt[i]] = ToResult(goodAt[i], EventDraft.IdOf(batch[goodAt[i]].Json), outcomes[i]);
        var answer = Summarize(results);
        metrics.Acknowledged(answer, time.GetElapsedTime(began));
        return answer;
    }

    /// <summary>May be repeated: an event that was appended before is answered with its first place.</summary>
    private Task<EventOutcome[]> AppendAsync(ActivityEvent[] events, CancellationToken cancellationToken) =>
        failover.RunAsync(
            () => grains.GetGrain<IActivityIngressGrain>("local").AppendAsync(events, cancellationToken),
            cancellationToken);

    private static EventResult ToResult(int index, string? eventId, EventOutcome outcome) => outcome switch
    {
        { Position: { } position } =>
            new(index, eventId, outcome.Duplicate ? "duplicate" : "accepted", position, null),
        _ => Rejected(index, eventId, outcome.Error),
    };

    private static EventResult Rejected(int index, string? eventId, string? error) =>
        new(index, eventId, "rejected", null, error);

    private static EventsAnswer Summarize(EventResult[] results) => new(
        results.Count(result => result.Status == "accepted"),
        results.Count(result => result.Status == "duplicate"),
        results.Count(result => result.Status == "rejected"),
        results.LastOrDefault(result => result.Position is not null)?.Position,
        results);
}
