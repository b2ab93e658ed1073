using Engage.Embedded.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Engage.Embedded.Reminders;

/// <summary>
/// Brings the stored reminders into the schedule when the silo starts, and their ticks to the grains.
/// </summary>
internal sealed partial class ReminderDelivery(
    Silo silo,
    ReminderSchedule schedule,
    IServiceProvider services,
    IOptions<ReminderOptions> options,
    ILogger<ReminderDelivery> logger)
{
    private IReminderTable? _table;

    /// <summary>
    /// Does nothing when no table is registered. A table that cannot be read keeps the silo from starting.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _table = services.GetService<IReminderTable>();
        if (_table is null)
            return;
        using var deadline = new CancellationTokenSource(options.Value.InitializationTimeout, silo.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        await _table.StartAsync(either.Token).WaitAsync(either.Token);
        var stored = await _table.ReadRows(0, 0).WaitAsync(either.Token);
        foreach (var entry in stored.Reminders)
        {
            if (entry.Period > TimeSpan.Zero)
                schedule.Set(entry);
            else
                LogUnusable(logger, entry.ReminderName, entry.GrainId, entry.Period);
        }

        LogLoaded(logger, schedule.Count);
        schedule.Start(DeliverAsync);
    }

    /// <summary>No tick starts any more, and those under way end, before the silo stops taking calls.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await schedule.StopAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogAbandoned(logger);
        }
    }

    public Task StopTableAsync(CancellationToken cancellationToken) =>
        _table?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    private async Task DeliverAsync(ReminderEntry entry)
    {
        try
        {
            var status = new TickStatus(entry.StartAt, entry.Period, silo.Time.GetUtcNow().UtcDateTime);
            var grain = silo.Factory.GetGrain<IRemindable>(entry.GrainId);
            await grain.ReceiveReminder(entry.ReminderName, status).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A failing tick is logged and the next one comes, as in Orleans.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogTickFailed(logger, exception, entry.ReminderName, entry.GrainId);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A tick of reminder {Name} of {GrainId} failed; the next comes when it is due.")]
    private static partial void LogTickFailed(ILogger logger, Exception exception, string name, GrainId grainId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The stored reminder {Name} of {GrainId} has the period {Period} and never ticks; register it anew.")]
    private static partial void LogUnusable(ILogger logger, string name, GrainId grainId, TimeSpan period);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} reminders are scheduled.")]
    private static partial void LogLoaded(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo stops while ticks of reminders are under way.")]
    private static partial void LogAbandoned(ILogger logger);
}
