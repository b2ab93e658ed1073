using System.Security.Cryptography;
using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Grains.Durability;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Privacy;

/// <summary>
/// Erases a person, step by step: every source forgets her, then her key is destroyed and with it the meaning of what
/// was sealed, then what was made of it is made anew. Each step may be repeated; a reminder goes on with it after a
/// crash, and after a step that failed, until all are done.
/// </summary>
internal sealed partial class ErasureGrain(
    [PersistentState("erasure")] IPersistentState<ErasureState> state,
    IServiceProvider services,
    IPersonalVault vault,
    KeyRingOptions keys,
    TimeProvider time,
    ILogger<ErasureGrain> logger) : Grain, IErasureGrain, IRemindable
{
    private const string Reminder = "erase";
    private const int SecretBytes = 16;

    /// <summary>The smallest that reminders can have.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private Task _running = Task.CompletedTask;
    private bool _isStored = true;

    private UserId User => new(this.GetPrimaryKeyString());

    public async Task<ErasureView> RequestAsync()
    {
        if (!state.RecordExists)
        {
            // First what goes on with it, then what is to be gone on with: a crash between them costs one reminder.
            await this.RegisterOrUpdateReminder(Reminder, Again, Again);
            var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
            await state.ReplaceOrLeaveAsync(new() { Secret = secret, RequestedAt = time.GetUtcNow() }, this);
        }
        Run();
        return View();
    }

    public Task<ErasureView?> GetAsync() => Task.FromResult(state.RecordExists ? View() : null);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state is { RecordExists: true, State.DoneAt: null }) Run();
        else if (state is { RecordExists: true, State.SettledAt: null })
        {
            if (_running.IsCompleted && time.GetUtcNow() - state.State.DoneAt > keys.CacheLifetime)
                _running = SettleAsync();
        }
        else if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await _running.WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>Done is what is stored as done, and stays it.</summary>
    private ErasureView View() =>
        new(state.State.Secret, state.State.RequestedAt, _isStored ? state.State.DoneAt : null);

    private void Run()
    {
        if (_running.IsCompleted && state.State.DoneAt is null) _running = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            var sources = services.GetServices<IPersonalData>().ToArray();
            await EraseAllAsync(sources);
            await vault.DestroyAsync(User, CancellationToken.None);
            foreach (var source in sources.OfType<IPersonalTraces>())
                await source.ForgetTracesAsync(User, CancellationToken.None);
            // Once more: what the last steps have overwritten leaves the database's log, too.
            await vault.DestroyAsync(User, CancellationToken.None);
            (state.State.DoneAt, _isStored) = (time.GetUtcNow(), false);
            await state.WriteOrLeaveAsync(this);
            _isStored = true;
            LogDone(User);
        }
        // The reminder tries again until it is done.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            (state.State.DoneAt, _isStored) = (null, true);
            LogFailed(exception, User);
        }
    }

    /// <summary>
    /// Once more, when no other node can have her key in memory any more: one that began anew there at the wrong moment
    /// knows her name again.
    /// </summary>
    private async Task SettleAsync()
    {
        try
        {
            foreach (var source in services.GetServices<IPersonalData>().OfType<IPersonalTraces>())
                await source.ForgetTracesAsync(User, CancellationToken.None);
            await vault.DestroyAsync(User, CancellationToken.None);
            state.State.SettledAt = time.GetUtcNow();
            await state.WriteOrLeaveAsync(this);
        }
        // The reminder tries again until it is done.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            state.State.SettledAt = null;
            LogFailed(exception, User);
        }
    }

    /// <summary>One that fails, such as for a payment that cannot be called off now, keeps no other from it.</summary>
    private async Task EraseAllAsync(IPersonalData[] sources)
    {
        var failures = new List<Exception>();
        foreach (var source in sources)
            try
            {
                await source.EraseAsync(User, CancellationToken.None);
            }
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures.Add(new InvalidOperationException(
                    $"'{source.Section}' of user '{User}' is not erased yet.", exception));
            }
        if (failures.Count > 0) throw new AggregateException(failures);
    }

    [LoggerMessage(LogLevel.Information, "User {User} is erased")]
    private partial void LogDone(UserId user);

    [LoggerMessage(LogLevel.Error, "The erasure of user {User} is not done yet; it goes on within a minute")]
    private partial void LogFailed(Exception exception, UserId user);
}

/// <summary>What an erasure grain stores.</summary>
public sealed class ErasureState
{
    public string Secret { get; set; } = "";
    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>When the last step was repeated, for nodes that had her key in memory.</summary>
    public DateTimeOffset? SettledAt { get; set; }
}
