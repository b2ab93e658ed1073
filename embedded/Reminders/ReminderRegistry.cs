using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace Engage.Embedded.Reminders;

/// <summary>Writes reminders: the table first, then the schedule.</summary>
/// <remarks>
/// Writes of one reminder do not overlap, so table and schedule agree on the last of them. When the table fails, the
/// schedule stays as it was, while the outcome in the table may be unknown: registering again settles it.
/// </remarks>
internal sealed class ReminderRegistry(
    IServiceProvider services, TimeProvider time, IOptions<ReminderOptions> options, ReminderSchedule schedule)
    : IReminderRegistry
{
    private const int Stripes = 64;

    private readonly SemaphoreSlim[] _writing =
        [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IGrainReminder> RegisterOrUpdateReminder(
        GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        Check(reminderName, dueTime, period);
        var table = Table();
        var entry = new ReminderEntry
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = time.GetUtcNow().UtcDateTime + dueTime,
            Period = period,
        };
        var writing = WritingOf(callingGrainId, reminderName);
        await writing.WaitAsync();
        try
        {
            entry.ETag = await table.UpsertRow(entry) ?? throw new ReminderException(
                $"Reminder {reminderName} of {callingGrainId} was not stored: another writer came between. Try again.");
            schedule.Set(entry, isNew: true);
        }
        finally
        {
            writing.Release();
        }

        return new GrainReminder(callingGrainId, reminderName, entry.ETag);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        var table = Table();
        if (reminder is not GrainReminder known)
            throw new ArgumentException(
                $"{reminder.GetType()} does not come from this engine; get the reminder by GetReminder.",
                nameof(reminder));
        var writing = WritingOf(known.GrainId, known.ReminderName);
        await writing.WaitAsync();
        try
        {
            if (!await table.RemoveRow(known.GrainId, known.ReminderName, known.ETag)
                && await table.ReadRow(known.GrainId, known.ReminderName) is not null)
                throw new ReminderException(
                    $"Reminder {known.ReminderName} of {known.GrainId} was registered anew since it was got; get it "
                    + "again and repeat.");
            schedule.Remove(known.GrainId, known.ReminderName);
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        return await Table().ReadRow(callingGrainId, reminderName) is { } entry ? GrainReminder.Of(entry) : null;
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) =>
        [.. (await Table().ReadRows(callingGrainId)).Reminders.Select(GrainReminder.Of)];

    private void Check(string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        if (dueTime < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "Expected zero or more.");
        if (period < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(period), period, "Expected a positive time.");
        if (period < options.Value.MinimumReminderPeriod || period == TimeSpan.Zero)
            throw new ArgumentException(
                $"Reminder {reminderName} has the period {period}; expected at least {nameof(ReminderOptions)}."
                + $"{nameof(ReminderOptions.MinimumReminderPeriod)}, which is {options.Value.MinimumReminderPeriod}. "
                + "For shorter periods use a grain timer.",
                nameof(period));
    }

    private IReminderTable Table()
    {
        if (RuntimeContext.Current is null)
            throw new InvalidOperationException("Reminders can be read and written on a grain's turn only.");
        return services.GetService<IReminderTable>() ?? throw new OrleansConfigurationException(
            "No reminder table is registered: add one by AddSingleton<IReminderTable, ...>, or for tests by "
            + "UseInMemoryReminderService().");
    }

    private SemaphoreSlim WritingOf(GrainId grainId, string name) =>
        _writing[(uint)HashCode.Combine(grainId, name) % Stripes];
}

/// <summary>A reminder as its grain holds it; the ETag says which registration is meant.</summary>
[GenerateSerializer, Immutable]
internal sealed record GrainReminder(GrainId GrainId, string ReminderName, string ETag) : IGrainReminder
{
    public static IGrainReminder Of(ReminderEntry entry) =>
        new GrainReminder(entry.GrainId, entry.ReminderName, entry.ETag!);
}
