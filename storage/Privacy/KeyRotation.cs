using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engage.Storage.Privacy;

/// <summary>
/// Once an hour: puts a new key on top of the ring when the newest is old, wraps anew what older ones wrap, and removes
/// those that wrap nothing any more. Every node does; none is in another's way.
/// </summary>
internal sealed partial class KeyRotation(
    IPersonalKeyStore store, KeyRing ring, KeyRingOptions options, TimeProvider time, ILogger<KeyRotation> logger)
    : BackgroundService
{
    private const int PageMax = 500;
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>A node that has not looked at the folder since may still wrap with the key before the newest.</summary>
    private static readonly TimeSpan RemovalDelay = TimeSpan.FromDays(1);

    /// <returns>How many personal keys were wrapped anew.</returns>
    public async Task<long> RunOnceAsync(CancellationToken cancellationToken)
    {
        ring.Refresh();
        if (ring.Newest is not { } newest) return 0;

        if (time.GetUtcNow() - newest.CreatedAt >= options.KeyLifetime)
        {
            newest = ring.Add();
            LogAdded(newest.Number);
        }
        var wrapped = await RewrapAsync(newest, cancellationToken).ConfigureAwait(false);
        if (time.GetUtcNow() - newest.CreatedAt >= RemovalDelay)
            foreach (var key in ring.All.Where(key => key.Number < newest.Number))
            {
                ring.Remove(key);
                LogRemoved(key.Number);
            }
        return wrapped;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or Contracts.BusyException)
            {
                LogFailed(error, ring.Folder);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task<long> RewrapAsync(RingKey newest, CancellationToken cancellationToken)
    {
        for (var total = 0L; ;)
        {
            var page = await store.FindWrappedBelowAsync(newest.Number, PageMax, cancellationToken)
                .ConfigureAwait(false);
            if (page.Count == 0) return total;

            await store.RewrapAsync([.. page.Select(row => Rewrap(row, newest))], cancellationToken)
                .ConfigureAwait(false);
            total += page.Count;
        }
    }

    private RewrappedKey Rewrap(StoredKey row, RingKey newest)
    {
        var key = ring.Find(row.RingKey).Unwrap(row.User, row.Wrapped!);
        return new(row.User, row.RingKey, newest.Number, newest.Wrap(row.User, key).Wrapped!);
    }

    [LoggerMessage(LogLevel.Information, "Key {Number} is on top of the ring")]
    private partial void LogAdded(int number);

    [LoggerMessage(LogLevel.Information, "Key {Number} of the ring wraps nothing any more and is removed")]
    private partial void LogRemoved(int number);

    [LoggerMessage(LogLevel.Error, "The key ring in {Folder} could not be looked after; tried again in an hour")]
    private partial void LogFailed(Exception error, string folder);
}
