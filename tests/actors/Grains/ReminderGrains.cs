using System.Collections.Concurrent;

namespace Engage.Actors.Tests.Grains;

public interface IReminderGrain : IGrainWithStringKey
{
    Task Register(string name, TimeSpan dueTime, TimeSpan period);

    Task Unregister(string name);

    Task<bool> UnregisterStale(string name);

    Task<string?> Find(string name);

    Task<string[]> Names();

    Task<ActivationId> WhoServes();
}

/// <summary>The ticks that grains received, and what a test does to them. Outlives silos.</summary>
public sealed class TickLog
{
    public ConcurrentQueue<(string Grain, string Reminder, TickStatus Status)> Ticks { get; } = new();

    public Gate? Hold { get; set; }

    public bool Fail { get; set; }

    public int CountOf(string grain) => Ticks.Count(tick => tick.Grain == grain);

    public Task Reaches(string grain, int count) =>
        TestSilo.Until(() => Task.FromResult(CountOf(grain) >= count));
}

public sealed class ReminderGrain(TickLog log) : Grain, IReminderGrain, IRemindable
{
    public Task Register(string name, TimeSpan dueTime, TimeSpan period) =>
        this.RegisterOrUpdateReminder(name, dueTime, period);

    public async Task Unregister(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<bool> UnregisterStale(string name)
    {
        var stale = (await this.GetReminder(name))!;
        await Register(name, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        try
        {
            await this.UnregisterReminder(stale);
            return true;
        }
        catch (ReminderException)
        {
            return false;
        }
    }

    public async Task<string?> Find(string name) => (await this.GetReminder(name))?.ReminderName;

    public async Task<string[]> Names() => [.. (await this.GetReminders()).Select(r => r.ReminderName).Order()];

    public Task<ActivationId> WhoServes() => Task.FromResult(GrainContext.ActivationId);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        log.Ticks.Enqueue((this.GetPrimaryKeyString(), reminderName, status));
        if (log.Hold is { } gate && this.GetPrimaryKeyString() == "held")
            await gate.Pass();
        if (log.Fail)
            throw new InvalidOperationException("The tick fails.");
    }
}

public interface IForgetfulGrain : IGrainWithStringKey
{
    Task Register();
}

/// <summary>Not remindable.</summary>
public sealed class ForgetfulGrain : Grain, IForgetfulGrain
{
    public Task Register() => this.RegisterOrUpdateReminder("never", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
}
