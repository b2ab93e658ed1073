using Engage.Embedded.Reminders;
using Engage.Embedded.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Engage.Embedded.Hosting;

/// <summary>Ties the silo to the host's life.</summary>
internal sealed class SiloLifetime(Silo silo, ReminderDelivery reminders, IServiceProvider services) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Start();
        Log.Started(silo.Logger, silo.References.ClassCount);
        await reminders.StartAsync(cancellationToken);
        foreach (var task in services.GetServices<StartupTask>().OrderBy(task => task.Stage))
            await task.Run(services, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await reminders.StopAsync(cancellationToken);
        await silo.StopAsync(cancellationToken);
        await reminders.StopTableAsync(cancellationToken);
        Log.Stopped(silo.Logger);
    }
}

internal sealed record SiloBuilder(IServiceCollection Services, IConfiguration Configuration) : ISiloBuilder;

internal sealed class CurrentGrainContext : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}
