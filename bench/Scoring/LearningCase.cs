using System.Diagnostics;
using Engage.Recommend;

namespace Engage.Bench.Scoring;

/// <summary>
/// What the whole model needs for one first engagement: towers, ranker, ties, trends and outlook, with a snapshot every
/// few events as a server publishes them. One thread, no actors, no storage; users have a past as long as the model
/// reads.
/// </summary>
internal sealed class LearningCase : IScoringCase
{
    private const int Users = 250;
    private const int EventsPerRound = 1_000;
    private const int EventsPerSnapshot = 20;
    private const int PastEvents = Users * UserInterest.RecentMax;
    private const int Completed = (int)Engage.Contracts.Activity.ActivityKind.Completed;
    private const long StartMs = 1_760_000_000_000;

    private static readonly int[] Catalogues = [2_000, 20_000];

    public string Name => "learning";

    public Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var rows = new List<BenchRow>();
        foreach (var contents in scene.Smoke ? [500] : Catalogues)
        {
            var stream = new Stream(contents);
            stream.Run(scene.Smoke ? Users : PastEvents, ranks: true, cancellation);
            var (whole, spared) = (new List<double>(), new List<double>());
            for (var round = 0; round < scene.Rounds; round++)
            {
                whole.Add(Round(stream, ranks: true, scene, cancellation));
                spared.Add(Round(stream, ranks: false, scene, cancellation));
            }
            rows.Add(new(
                FormattableString.Invariant($"one event learned by the whole model, {contents:N0} contents"), "µs",
                Spread.Of(whole),
                new Dictionary<string, Spread> { ["all but the ranker"] = Spread.Of(spared) }));
        }
        return Task.FromResult<IReadOnlyList<BenchRow>>(rows);
    }

    /// <returns>Microseconds an event.</returns>
    private static double Round(Stream stream, bool ranks, ScoringScene scene, CancellationToken cancellation)
    {
        var events = scene.Smoke ? EventsPerSnapshot : EventsPerRound;
        var start = Stopwatch.GetTimestamp();
        stream.Run(events, ranks, cancellation);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / events;
    }

    /// <summary>Each user meets every content once before any a second time, so that every event trains.</summary>
    private sealed class Stream
    {
        private readonly int _contents;
        private readonly Recommender _recommender = new(new(), 17);
        private readonly UserInterest[] _users = [.. Enumerable.Range(0, Users).Select(_ => new UserInterest())];
        private readonly Queue<UserAction>[] _actions =
            [.. Enumerable.Range(0, Users).Select(_ => new Queue<UserAction>())];
        private readonly UserAction[] _before = new UserAction[UserAction.HistoryMax];
        private RecommenderSnapshot? _published;
        private int _events;

        public Stream(int contents)
        {
            _contents = contents;
            for (var i = 0; i < contents; i++)
                _recommender.Upsert(new(
                    Content(i), "k-1", "g-1", FormattableString.Invariant($"Course {i} on topic {i % 25}"), "", [],
                    StartMs));
        }

        public void Run(int events, bool ranks, CancellationToken cancellation)
        {
            for (var i = 0; i < events; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Learn(ranks);
                if (_events % EventsPerSnapshot == 0) Publish();
            }
        }

        private void Learn(bool ranks)
        {
            var (user, round) = (_events % Users, _events / Users);
            var (id, item) = (BatchingWorld.User(user), Content((user * 31) + (round * 17)));
            var atMs = StartMs + (1_000L * ++_events);
            var before = _users[user].Current();
            if (_users[user].Engage(item, 1, atMs, _events))
                _recommender.Learn(before, item, 1, atMs, id, ranks);
            else
                _recommender.Observe(item, 1, atMs, id);

            var (actions, action) =
                (_actions[user], UserAction.Of(Completed, item, "k-1", null, atMs));
            actions.CopyTo(_before, 0);
            _recommender.Act(id, _before.AsSpan(0, actions.Count), action, item);
            actions.Enqueue(action);
            if (actions.Count > UserAction.HistoryMax) actions.Dequeue();
        }

        private void Publish()
        {
            var before = _published;
            _published = _recommender.Publish();
            before?.Release();
        }

        private string Content(int number) => FormattableString.Invariant($"c-{number % _contents}");
    }
}
