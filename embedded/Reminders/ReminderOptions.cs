using Engage.Embedded.Reminders;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hosting;

public sealed class ReminderOptions
{
    /// <summary>
    /// A shorter period is refused: every tick is a call that may activate a grain. Default one minute, as in Orleans.
    /// </summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The silo does not start when its reminder table is not ready after this time.</summary>
    public TimeSpan InitializationTimeout { get; set; } = TimeSpan.FromMinutes(5);
}

public static class SiloBuilderReminderExtensions
{
    /// <summary>
    /// Accepted for compatibility: reminders work as soon as an <see cref="IReminderTable"/> is registered.
    /// </summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder) => builder;

    /// <inheritdoc cref="AddReminders(ISiloBuilder)"/>
    public static void AddReminders(this IServiceCollection services) => ArgumentNullException.ThrowIfNull(services);
}

public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Keeps reminders in memory, for tests: they end with the silo.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder) => builder.ConfigureServices(
        static services => services.AddSingleton<IReminderTable, InMemoryReminderTable>());
}
