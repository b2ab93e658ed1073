using Engage.Contracts.Privacy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Privacy;

/// <summary>
/// Sees to it that there is a reminder for the retention periods: a while after each start, when reminders can be had.
/// </summary>
internal sealed partial class RetentionStart(
    IGrainFactory grains, TimeProvider time, ILogger<RetentionStart> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            try
            {
                await grains.GetGrain<IRetentionGrain>(IRetentionGrain.Key).StartAsync().WaitAsync(stoppingToken)
                    .ConfigureAwait(false);
                return;
            }
            // A silo that starts or leaves, a database that is away: the next minute tries again.
#pragma warning disable CA1031
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotStarted(exception);
            }
    }

    [LoggerMessage(LogLevel.Warning, "The reminder of the retention periods could not be looked for; tried again")]
    private partial void LogNotStarted(Exception exception);
}
