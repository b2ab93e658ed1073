using System.Collections.Concurrent;
using Engage.Contracts.Recommending;
using Engage.Grains.Scoring;
using Engage.Recommend;
using FsCheck;
using FsCheck.Fluent;

namespace Engage.Grains.Tests;

public sealed class ScoringAnswersTests
{
    private const int Callers = 32;
    private const int RequestsPerCaller = 6;
    private const int Swaps = 12;

    /// <summary>
    /// Each answer equals, to the last bit, what the snapshot it names says to that question alone: whatever shared its
    /// batch, and however often the snapshot was swapped meanwhile.
    /// </summary>
    [Fact]
    public void EveryCallerGetsExactlyItsOwnAnswer() =>
        Prop.ForAll<PositiveInt, PositiveInt, NonNegativeInt>((batch, threads, lingerMicroseconds) =>
            HoldsAsync(new()
            {
                MaxBatchSize = 1 + (batch.Get % 40),
                Threads = 1 + (threads.Get % 3),
                BatchLingerDelay = TimeSpan.FromMicroseconds(lingerMicroseconds.Get % 300),
            }).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    private static async Task<bool> HoldsAsync(ScoringOptions options)
    {
        using var rig = new ScoringRig(options, TimeProvider.System);
        var snapshots = new ConcurrentDictionary<long, RecommenderSnapshot>();
        Keep(rig.Publish());
        var questions = Questions(rig);
        var swapping = Task.Run(() =>
        {
            for (var i = 0; i < Swaps; i++)
            {
                rig.Learn(3);
                Keep(rig.Publish());
            }
        });
        var answers = await Task.WhenAll(questions.Select(own => Task.Run(() => AskAsync(rig, own))));
        await swapping;
        return answers.SelectMany(each => each).All(
            pair => IsOwn(pair.Answer, ScoringRig.Alone(snapshots[pair.Answer.Version], pair.Question)));

        void Keep(RecommenderSnapshot snapshot) => snapshots[snapshot.Version] = snapshot;
    }

    private static RankingRequest[][] Questions(ScoringRig rig) =>
    [
        .. Enumerable.Range(0, Callers).Select(caller => Enumerable.Range(0, RequestsPerCaller)
            .Select(i => rig.Request((caller * 7) + i, 1 + ((caller + i) % 20))).ToArray()),
    ];

    private static async Task<List<(RankingRequest Question, Ranking Answer)>> AskAsync(
        ScoringRig rig, RankingRequest[] questions)
    {
        var answers = new List<(RankingRequest, Ranking)>();
        foreach (var question in questions)
            answers.Add((question, await rig.Scoring.RankAsync(question, CancellationToken.None)));
        return answers;
    }

    private static bool IsOwn(Ranking answer, RankedItem[] alone) =>
        answer.Contents.Select(content => (content.Content.Value, content.Score, content.Related))
            .SequenceEqual(alone.Select(item => (item.Item, item.Score, item.Reason.Related)));
}
