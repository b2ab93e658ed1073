using Engage.Contracts.Privacy;
using Engage.Grains.Durability;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Privacy;

/// <summary>
/// Asks every place that keeps something for a while to let go of what is over. The reminder comes each hour and finds
/// most of the time that it was done: a platform that was down at the time of the day does it when it is back, and what
/// failed is tried again soon.
/// </summary>
internal sealed partial class RetentionGrain(
    [PersistentState("retention")] IPersistentState<RetentionState> state,
    IServiceProvider services,
    TimeProvider time,
    ILogger<RetentionGrain> logger) : Grain, IRetentionGrain, IRemindable
{
    private const string Reminder = "retain";
    private static readonly TimeSpan Look = TimeSpan.FromHours(1);
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    private Task<RetentionRun>? _running;

    public async Task StartAsync()
    {
        if (await this.GetReminder(Reminder) is null) await this.RegisterOrUpdateReminder(Reminder, Look, Look);
        if (IsDue) _ = EnforceAsync();
    }

    /// <summary>Who asks while it is being done waits for that.</summary>
    public Task<RetentionRun> EnforceAsync() =>
        _running is { IsCompleted: false } running ? running : _running = RunAsync();

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // Of a platform of many people it takes longer than a call may.
        if (IsDue) _ = EnforceAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_running is { } running)
            await ((Task)running).WaitAsync(cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private bool IsDue => time.GetUtcNow() - state.State.DoneAt >= Period;

    private async Task<RetentionRun> RunAsync()
    {
        var now = time.GetUtcNow();
        var results = new List<RetentionResult>();
        foreach (var source in services.GetServices<IRetainedData>())
            results.Add(new(source.Name, await ExpireAsync(source, now)));
        if (results.TrueForAll(result => result.Removed is not null)) await NoteAsync(now);
        return new(now, [.. results]);
    }

    /// <returns>Null if it failed.</returns>
    private async Task<long?> ExpireAsync(IRetainedData source, DateTimeOffset now)
    {
        try
        {
            var removed = await source.ExpireAsync(now, CancellationToken.None);
            if (removed > 0) LogRemoved(removed, source.Name);
            return removed;
        }
        // One that fails keeps none of the others from it; the next hour tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, source.Name);
            return null;
        }
    }

    private async Task NoteAsync(DateTimeOffset now)
    {
        try
        {
            await state.ReplaceOrLeaveAsync(new() { DoneAt = now }, this);
        }
        // It is done once more then, which is harmless.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, "when it was done");
        }
    }

    [LoggerMessage(LogLevel.Information, "Retention: {Removed} of '{Name}' were kept long enough and are removed")]
    private partial void LogRemoved(long removed, string name);

    [LoggerMessage(LogLevel.Error, "Retention of '{Name}' failed; tried again within the hour")]
    private partial void LogFailed(Exception exception, string name);
}

/// <summary>What a retention grain stores.</summary>
public sealed class RetentionState
{
    /// <summary>When it was done without failure last.</summary>
    public DateTimeOffset DoneAt { get; set; }
}
