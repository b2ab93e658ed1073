using System.Diagnostics.Metrics;
using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Neural;
using Engage.Recommend;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Scoring;

/// <summary>
/// Scores on threads of its own. A grain's turn would compute just as fast, but a batch takes milliseconds: as long as
/// it ran, one of the few threads that all actors share would be gone, and while the model trains on another one a
/// request would wait behind whatever is queued there. A thread that slept is run by the kernel at once, whatever the
/// actors do.
/// </summary>
internal sealed partial class ScoringThreads : IDisposable
{
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(5);

    private readonly ScoringOptions _options;
    private readonly ModelBoard _board;
    private readonly IMlpBackend _backend;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ScoringQueue _queue;
    private readonly ScoringMetrics _metrics;
    private readonly Thread[] _threads;
    private double _secondsPerRequest;

    public ScoringThreads(
        ModelBoard board, IMlpBackend backend, TimeProvider time, IOptions<ScoringOptions> options,
        IMeterFactory meters, ILogger<ScoringThreads> logger)
    {
        (_board, _backend, _time, _logger, _options) = (board, backend, time, logger, options.Value.Checked());
        _queue = new(_options, time);
        _metrics = new(meters, () => _queue.Count);
        _threads = new Thread[_options.ThreadCount];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new(Run) { Name = $"engage-scoring-{i}", IsBackground = true };
            _threads[i].UnsafeStart();
        }
        LogStarted(_threads.Length, backend.Name);
    }

    /// <summary>As <see cref="IScoringGrain.RankAsync"/>.</summary>
    public Task<Ranking> RankAsync(RankingRequest request, CancellationToken cancellationToken)
    {
        var query = new RecommendQuery(request.Interest.ToContext(), request.Limit, 0)
        {
            Exploration = new(request.ExploredShare, request.ExplorationSeed),
            Rules = request.ToRules(),
            UserId = request.User.Value,
            Actions = request.Actions is { } actions ? Array.ConvertAll(actions, RecommendMapping.ToAction) : null,
        };
        if (query.Check() is { } wrong) throw wrong;
        cancellationToken.ThrowIfCancellationRequested();

        var pending = new PendingRanking(
            query, request.Priority, _time.GetTimestamp(), request.Deadline ?? _options.Deadline, cancellationToken);
        if (!_queue.TryAdd(pending))
        {
            _metrics.Refused();
            pending.Fail(Busy($"{_queue.Count} requests wait already, of at most {_options.MaxQueueLength}"));
        }
        return pending.Task;
    }

    /// <summary>Finishes the batches that are being scored and answers what waits.</summary>
    public void Dispose()
    {
        foreach (var pending in _queue.Close()) pending.Fail(Busy("the silo is stopping"));
        foreach (var thread in _threads) thread.Join(StopMax);
    }

    private void Run()
    {
        using var scoring = new RankingBatch(_backend);
        var batch = new List<PendingRanking>(_options.MaxBatchSize);
        while (_queue.Take(batch))
        {
            try
            {
                var start = _time.GetTimestamp();
                AnswerLate(batch, start);
                if (batch.Count > 0) Score(scoring, batch, start);
            }
#pragma warning disable CA1031 // The thread is all that answers: what it did not foresee must not end it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogBroken(exception, batch.Count);
                foreach (var pending in batch) pending.Fail(exception);
            }
        }
    }

    private void Score(RankingBatch scoring, List<PendingRanking> batch, long start)
    {
        if (_board.Hold() is { } model)
            Answer(scoring, batch, model);
        else
            foreach (var pending in batch)
                pending.Fail(new InvalidOperationException("Scoring: the model has not published a snapshot yet."));
        _queue.Answered(batch.Count);
        var elapsed = _time.GetElapsedTime(start);
        _metrics.Scored(batch.Count, elapsed);
        // The newest batch weighs an eighth: one slow batch does not send everybody away for long.
        var newest = elapsed.TotalSeconds / batch.Count;
        Volatile.Write(
            ref _secondsPerRequest,
            _secondsPerRequest == 0 ? newest : _secondsPerRequest + ((newest - _secondsPerRequest) / 8));
    }

    private void Answer(RankingBatch scoring, List<PendingRanking> batch, PublishedModel model)
    {
        try
        {
            scoring.Answer(batch, model, model.NowMs(_time));
        }
        finally
        {
            model.Release();
        }
    }

    private void AnswerLate(List<PendingRanking> batch, long now)
    {
        for (var i = batch.Count - 1; i >= 0; i--)
        {
            var waited = _time.GetElapsedTime(batch[i].ArrivedAt, now);
            _metrics.Waited(waited);
            if (waited < batch[i].Deadline) continue;

            _metrics.Late();
            batch[i].Fail(Busy(
                FormattableString.Invariant($"the request waited {waited.TotalMilliseconds:F0} ms, longer than its ")
                + FormattableString.Invariant($"deadline of {batch[i].Deadline.TotalMilliseconds:F0} ms")));
            batch.RemoveAt(i);
        }
    }

    private BusyException Busy(string why)
    {
        var seconds = Volatile.Read(ref _secondsPerRequest) * _queue.Count / 2 / _threads.Length;
        var retryAfter = TimeSpan.FromSeconds(Math.Clamp(seconds, RetryMin.TotalSeconds, RetryMax.TotalSeconds));
        return new($"Scoring: {why}. Nothing was scored; ask again later.", retryAfter);
    }

    [LoggerMessage(LogLevel.Error, "Scoring: a batch of {Requests} failed in a way nobody foresaw")]
    private partial void LogBroken(Exception exception, int requests);

    [LoggerMessage(LogLevel.Information, "Scoring: {Threads} threads, {Backend}")]
    private partial void LogStarted(int threads, string backend);
}
