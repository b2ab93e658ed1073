using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Neural;
using Engage.Recommend;

namespace Engage.Grains.Scoring;

/// <summary>The buffers of one scoring thread, and the step from a batch of requests to its answers.</summary>
internal sealed class RankingBatch(IMlpBackend backend) : IDisposable
{
    private readonly BatchScratch _scratch = new(backend);
    private RecommendQuery[] _queries = [];
    private RankedItem[] _results = [];
    private int[] _counts = [];

    /// <summary>Answers every request of the batch: with its ranking, or with what went wrong with it.</summary>
    public void Answer(List<PendingRanking> batch, PublishedModel model, long nowMs)
    {
        try
        {
            Rank(batch, 0, batch.Count, model, nowMs);
        }
#pragma warning disable CA1031 // Whatever failed, every caller is answered; nobody waits for ever.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (batch.Count == 1)
                batch[0].Fail(exception);
            else
                AnswerOneByOne(batch, model, nowMs);
        }
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>So that only those fail that cannot be ranked.</summary>
    private void AnswerOneByOne(List<PendingRanking> batch, PublishedModel model, long nowMs)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsAbandoned) continue;
            try
            {
                Rank(batch, i, 1, model, nowMs);
            }
#pragma warning disable CA1031 // It goes to the caller whose request it was.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                batch[i].Fail(exception);
            }
        }
    }

    private void Rank(List<PendingRanking> batch, int from, int count, PublishedModel model, long nowMs)
    {
        var room = Reserve(batch, from, count, nowMs);
        model.Snapshot.Recommend(_queries.AsSpan(0, count), _results.AsSpan(0, room), _counts, _scratch);
        for (var (i, at) = (0, 0); i < count; at += _queries[i++].Limit)
            batch[from + i].Answer(
                RecommendMapping.ToRanking(_results.AsSpan(at, _counts[i]), model.Snapshot.Version));
    }

    private int Reserve(List<PendingRanking> batch, int from, int count, long nowMs)
    {
        if (_queries.Length < count)
            (_queries, _counts) = (new RecommendQuery[count], new int[count]);
        var room = 0;
        for (var i = 0; i < count; i++)
        {
            _queries[i] = batch[from + i].Query with { NowMs = nowMs };
            room += _queries[i].Limit;
        }
        if (_results.Length < room) _results = new RankedItem[room];
        return room;
    }
}
