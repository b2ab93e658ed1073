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
        /// <param name="stage">Tasks run in the order of their stages, then of their registration.</param>
        public static ISiloBuilder AddStartupTask<TStartup>(
            this ISiloBuilder builder, int stage = ServiceLifecycleStage.Active)
            where TStartup : class, IStartupTask => builder.AddStartupTask(
                (services, token) => ActivatorUtilities.GetServiceOrCreateInstance<TStartup>(services).Execute(token),
                stage);

        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder, IStartupTask startupTask, int stage = ServiceLifecycleStage.Active) =>
            builder.AddStartupTask((_, token) => startupTask.Execute(token), stage);

        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder,
            Func<IServiceProvider, CancellationToken, Task> startupTask,
            int stage = ServiceLifecycleStage.Active) =>
            builder.ConfigureServices(services => services.AddSingleton(new StartupTask(startupTask, stage)));
    }

    internal sealed record StartupTask(Func<IServiceProvider, CancellationToken, Task> Run, int Stage);
}

namespace Orleans
{
    /// <summary>The steps of a silo's start. Here they only order startup tasks: all run once grains answer.</summary>
    public static class ServiceLifecycleStage
    {
        public const int First = int.MinValue;
        public const int RuntimeInitialize = 2_000;
        public const int RuntimeServices = 4_000;
        public const int RuntimeStorageServices = 6_000;
        public const int RuntimeGrainServices = 8_000;
        public const int ApplicationServices = 10_000;
        public const int BecomeActive = 19_999;
        public const int Active = 20_000;
        public const int Last = int.MaxValue;
    }
}

namespace Orleans.Runtime
{
    public interface IStartupTask
    {
        Task Execute(CancellationToken cancellationToken);
    }
}
