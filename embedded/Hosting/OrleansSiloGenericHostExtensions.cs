using Engage.Embedded.Filters;
using Engage.Embedded.Hosting;
using Engage.Embedded.Isolation;
using Engage.Embedded.Reminders;
using Engage.Embedded.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds the engine to a host.</summary>
/// <remarks>
/// The silo is a hosted service: hosted services start in the order of registration and stop in the reverse order.
/// Call UseOrleans before adding hosted services that call grains. A <c>WebApplicationBuilder</c> registers Kestrel
/// last of all, so requests are served only while grains can be called. Calling UseOrleans again configures the same
/// silo.
/// </remarks>
public static class OrleansSiloGenericHostExtensions
{
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder) =>
        hostAppBuilder.UseOrleans(static _ => { });

    public static IHostApplicationBuilder UseOrleans(
        this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostAppBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(AddSilo(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    public static HostApplicationBuilder UseOrleans(this HostApplicationBuilder hostAppBuilder) =>
        hostAppBuilder.UseOrleans(static _ => { });

    public static HostApplicationBuilder UseOrleans(
        this HostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        ((IHostApplicationBuilder)hostAppBuilder).UseOrleans(configureDelegate);
        return hostAppBuilder;
    }

    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
        hostBuilder.UseOrleans((_, siloBuilder) => configureDelegate(siloBuilder));

    public static IHostBuilder UseOrleans(
        this IHostBuilder hostBuilder, Action<HostBuilderContext, ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        return hostBuilder.ConfigureServices((context, services) =>
            configureDelegate(context, AddSilo(services, context.Configuration)));
    }

    public static IServiceCollection AddOrleans(
        this IServiceCollection services, Action<ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(AddSilo(services, new ConfigurationBuilder().Build()));
        return services;
    }

    private static SiloBuilder AddSilo(IServiceCollection services, IConfiguration configuration)
    {
        if (services.All(service => service.ServiceType != typeof(Silo)))
        {
            services.AddOptions().AddLogging();
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<Silo>();
            services.AddSingleton(new ServiceLifetimes(services));
            services.AddSingleton(static provider => provider.GetRequiredService<Silo>().Factory);
            services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<IClusterClient>());
            services.AddSingleton<IGrainContextAccessor, CurrentGrainContext>();
            services.AddScoped<IGrainContext>(static _ => RuntimeContext.Current
                ?? throw new InvalidOperationException("IGrainContext is to be had on a grain's turn only."));
            services.TryAddSingleton<CallInterceptor, CallFilters>();
            StrictIsolation.AddIfSwitchedOn(services);
            services.AddSingleton<ReminderSchedule>();
            services.AddSingleton<ReminderDelivery>();
            services.AddSingleton<IReminderRegistry, ReminderRegistry>();
            services.AddHostedService<SiloLifetime>();
        }

        return new(services, configuration);
    }
}
