using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans;

/// <summary>Reminders as a grain sees them: its own, by name.</summary>
public static class GrainReminderExtensions
{
    /// <summary>
    /// Registers a reminder, or replaces the one of the same name; the new times hold at once. It is stored before the
    /// task completes and ticks until it is unregistered, through deactivations and restarts.
    /// </summary>
    /// <param name="dueTime">Time to the first tick; not negative.</param>
    /// <param name="period">Time between ticks; at least <c>ReminderOptions.MinimumReminderPeriod</c>.</param>
    /// <exception cref="InvalidOperationException">The grain does not implement <see cref="IRemindable"/>.</exception>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(
        this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        ((IGrainBase)grain).RegisterOrUpdateReminder(reminderName, dueTime, period);

    /// <inheritdoc cref="RegisterOrUpdateReminder(Grain, string, TimeSpan, TimeSpan)"/>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(
        this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        var context = ContextOf(grain);
        CheckName(reminderName);
        return grain is IRemindable
            ? RegistryOf(context).RegisterOrUpdateReminder(context.GrainId, reminderName, dueTime, period)
            : throw new InvalidOperationException(
                $"Grain {context.GrainId} has no reminders: {grain.GetType()} does not implement "
                + $"{nameof(IRemindable)}.");
    }

    /// <exception cref="ReminderException">It was registered anew meanwhile; get it again and repeat.</exception>
    public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) =>
        ((IGrainBase)grain).UnregisterReminder(reminder);

    /// <inheritdoc cref="UnregisterReminder(Grain, IGrainReminder)"/>
    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder)
    {
        var context = ContextOf(grain);
        return RegistryOf(context).UnregisterReminder(context.GrainId, reminder);
    }

    /// <returns>Null when there is none of this name.</returns>
    public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) =>
        ((IGrainBase)grain).GetReminder(reminderName);

    /// <inheritdoc cref="GetReminder(Grain, string)"/>
    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
    {
        var context = ContextOf(grain);
        CheckName(reminderName);
        return RegistryOf(context).GetReminder(context.GrainId, reminderName);
    }

    public static Task<List<IGrainReminder>> GetReminders(this Grain grain) => ((IGrainBase)grain).GetReminders();

    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain)
    {
        var context = ContextOf(grain);
        return RegistryOf(context).GetReminders(context.GrainId);
    }

    private static IGrainContext ContextOf(IGrainBase grain) =>
        grain?.GrainContext ?? throw new ArgumentNullException(nameof(grain));

    private static void CheckName(string reminderName)
    {
        if (string.IsNullOrWhiteSpace(reminderName))
            throw new ArgumentNullException(nameof(reminderName));
    }

    private static IReminderRegistry RegistryOf(IGrainContext context) =>
        context.ActivationServices.GetRequiredService<IReminderRegistry>();
}
