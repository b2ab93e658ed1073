using Engage.Evaluation;
using Engage.LoadGen.Measure;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;

namespace Engage.LoadGen.Replay;

/// <summary>
/// The platform as the test-then-train loop sees it: recommending is a question over HTTP that waits for the user's own
/// last event to be counted, learning is an event that is waited for until it is acknowledged.
/// </summary>
internal sealed class ServedRecommender(
    EngageClient client, string name, ReplayCatalogue catalogue, EventTally baseline, ReplayState state,
    TimeProvider time)
    : IPrequentialRecommender
{
    /// <summary>The name of its rows.</summary>
    public const string Model = "served";

    /// <summary>The name of the rows of recent popularity, which runs in the same pass.</summary>
    public const string BaselineModel = "recent popularity";

    /// <summary>The kind of every event of a replay.</summary>
    public const string EventKind = "rated";

    private const int RejectionTextsMax = 5;

    /// <summary>Scope of the event ids of replays; an arbitrary constant that must never change.</summary>
    private static readonly Guid EventIdScope = new("7d0f6a52-3f5c-4f0e-9a3e-5b1c2f6d8e41");

    private readonly Dictionary<Actor, string> _positions = [];
    private readonly List<string> _rejections = [];
    private IReadOnlyList<string>? _served;
    private int _learned;

    /// <summary>What the actors must count on top of the baseline.</summary>
    public EventTally Expected { get; } = new();

    public long Acknowledged { get; private set; }

    public long Rejected { get; private set; }

    public long Stale { get; private set; }

    public LatencyHistogram AckLatency { get; } = new();

    public LatencyHistogram RecommendLatency { get; } = new();

    /// <summary>The first few reasons why events were rejected.</summary>
    public IReadOnlyList<string> Rejections => _rejections;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        if (_learned < state.Known.Count)
            return _served = state.Known[_learned].Served ?? [];
        var actor = ReplayCatalogue.User(user);
        var began = time.GetTimestamp();
        var answer = await client.RecommendAsync(actor.Id, count, _positions.GetValueOrDefault(actor), cancellation);
        RecommendLatency.Record(time.GetElapsedTime(began));
        if (answer.Stale)
            Stale++;
        return _served = answer.Items.Select(item => catalogue.ItemOf(item.Content)).ToArray();
    }

    /// <inheritdoc/>
    public async ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        var index = _learned++;
        var user = ReplayCatalogue.User(interaction.User);
        var content = catalogue.Content(interaction.Item);
        if (index < state.Known.Count)
        {
            Take(state.Known[index], user, content);
            return;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(interaction.AtMs);
        await catalogue.PrepareAsync(user, content, at, cancellation);
        var message = new EventMessage
        {
            EventId = NameBasedId.Create(EventIdScope, $"{name}/{index}"),
            User = user.Id,
            Kind = EventKind,
            Content = content.Id,
            Value = Math.Clamp(interaction.Value ?? 1, 0, 5),
            OccurredAt = at,
        };
        var began = time.GetTimestamp();
        var answer = await client.SendEventsAsync([message], cancellation);
        AckLatency.Record(time.GetElapsedTime(began));
        // The run before this one may have sent this event and ended before it saw or wrote down the answer.
        var counted = answer is { Duplicates: 1, Attempts: 1 } && state.Baselines.Count > 0
            && index == state.Known.Count && await IsCountedAsync(user, cancellation);
        Note(answer, counted, user, content);
    }

    /// <summary>Whether the user counted more than the events that are known to be taken.</summary>
    private async Task<bool> IsCountedAsync(Actor user, CancellationToken cancellation)
    {
        var counters = await client.CountersAsync(user.Path, cancellation);
        return counters.GetValueOrDefault(EventKind) - baseline[user, EventKind] > Expected[user, EventKind];
    }

    private void Note(EventsAnswer answer, bool counted, Actor user, Actor content)
    {
        var result = answer.Results[0];
        var rejected = result.Status == "rejected";
        if (rejected && _rejections.Count < RejectionTextsMax)
            _rejections.Add(result.Error ?? "(no reason given)");
        // A duplicate at the first attempt was taken before the baseline was read and is part of it; after a failed
        // attempt it is that attempt which was taken, and its answer was lost.
        counted |= result.Status == "accepted" || (!rejected && answer.Attempts > 1);
        var answered = new AnsweredEvent(_served, result.Position, counted, rejected);
        Take(answered, user, content);
        state.Add(answered);
        _served = null;
    }

    private void Take(AnsweredEvent answered, Actor user, Actor content)
    {
        if (answered.Rejected)
            Rejected++;
        else
            Acknowledged++;
        if (answered.Counted)
            foreach (var actor in (ReadOnlySpan<Actor>)[user, content, catalogue.Creator, catalogue.Community])
                Expected.Add(actor, EventKind);
        Remember(user, answered.Position);
    }

    private void Remember(Actor user, string? position)
    {
        if (position is not null)
            _positions[user] = position;
    }
}
