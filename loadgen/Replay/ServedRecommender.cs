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
    EngageClient client, string name, ReplayCatalogue catalogue, ReplayState state, TimeProvider time)
    : IPrequentialRecommender
{
    /// <summary>The name of its rows.</summary>
    public const string Model = "served";

    /// <summary>The name of the rows of recent popularity, which runs in the same pass.</summary>
    public const string BaselineModel = "recent popularity";

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
        return _served = answer.Items.Select(item => ReplayCatalogue.ItemOf(item.Content)).ToArray();
    }

    /// <inheritdoc/>
    public async ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        var index = _learned++;
        var user = ReplayCatalogue.User(interaction.User);
        if (index < state.Known.Count)
        {
            Remember(user, state.Known[index].Position);
            Acknowledged++;
            return;
        }

        var content = ReplayCatalogue.Content(interaction.Item);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(interaction.AtMs);
        await catalogue.PrepareAsync(user, content, at, cancellation);
        var message = new EventMessage
        {
            EventId = NameBasedId.Create(EventIdScope, $"{name}/{index}"),
            User = user.Id,
            Kind = "rated",
            Content = content.Id,
            Value = Math.Clamp(interaction.Value, 0, 5),
            OccurredAt = at,
        };
        var began = time.GetTimestamp();
        var answer = await client.SendEventsAsync([message], cancellation);
        AckLatency.Record(time.GetElapsedTime(began));
        Note(answer, user, content);
    }

    private void Note(EventsAnswer answer, Actor user, Actor content)
    {
        var result = answer.Results[0];
        if (result.Status == "rejected")
        {
            Rejected++;
            if (_rejections.Count < RejectionTextsMax)
                _rejections.Add(result.Error ?? "(no reason given)");
        }
        else
        {
            Acknowledged++;
            // A duplicate at the first attempt was taken by an earlier run and is part of the baseline; after a failed
            // attempt it is that attempt which was taken, and its answer was lost.
            if (result.Status == "accepted" || answer.Attempts > 1)
                foreach (var actor in (ReadOnlySpan<Actor>)[user, content, catalogue.Creator, catalogue.Community])
                    Expected.Add(actor, "rated");
        }

        Remember(user, result.Position);
        state.Add(new(_served, result.Position));
        _served = null;
    }

    private void Remember(Actor user, string? position)
    {
        if (position is not null)
            _positions[user] = position;
    }
}
