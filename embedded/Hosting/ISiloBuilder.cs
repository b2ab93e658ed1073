using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Hosting
{
    /// <summary>Configures the engine.</summary>
    public interface ISiloBuilder
    {
        IServiceCollection Services { get; }

        IConfiguration Configuration { get; }
    }

    public static class SiloBuilderExtensions
    {
        public static ISiloBuilder ConfigureServices(
            this ISiloBuilder builder, Action<IServiceCollection> configureDelegate)
        {
            ArgumentNullException.ThrowIfNull(configureDelegate);
            configureDelegate(builder.Services);
            return builder;
        }

        public static ISiloBuilder Configure<TOptions>(this ISiloBuilder builder, Action<TOptions> configureOptions)
            where TOptions : class => builder.ConfigureServices(services => services.Configure(configureOptions));

        public static ISiloBuilder ConfigureLogging(
            this ISiloBuilder builder, Action<ILoggingBuilder> configureLogging) =>
            builder.ConfigureServices(services => services.AddLogging(configureLogging));
    }

    public static class CoreHostingExtensions
    {
        /// <summary>Accepted for compatibility: one process needs no clustering and opens no port.</summary>
        public static ISiloBuilder UseLocalhostClustering(
            this ISiloBuilder builder,
            int siloPort = 11111,
            int gatewayPort = 30000,
            System.Net.IPEndPoint? primarySiloEndpoint = null,
            string serviceId = "dev",
            string clusterId = "dev") => builder;
    }

    public static class SiloBuilderStartupExtensions
    {
        /// <summary>Runs once when the silo has started, before later hosted services such as Kestrel start.</summary>
        public static ISiloBuilder AddStartupTask<TStartup>(this ISiloBuilder builder)
            where TStartup : class, IStartupTask => builder.AddStartupTask(
                (services, token) => ActivatorUtilities.GetServiceOrCreateInstance<TStartup>(services).Execute(token));

        public static ISiloBuilder AddStartupTask(this ISiloBuilder builder, IStartupTask startupTask) =>
            builder.AddStartupTask((_, token) => startupTask.Execute(token));

        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder, Func<IServiceProvider, CancellationToken, Task> startupTask) =>
            builder.ConfigureServices(services => services.AddSingleton(new StartupTask(startupTask)));
    }

    internal sealed record StartupTask(Func<IServiceProvider, CancellationToken, Task> Run);
}

namespace Orleans.Runtime
{
    public interface IStartupTask
    {
        Task Execute(CancellationToken cancellationToken);
    }
}
