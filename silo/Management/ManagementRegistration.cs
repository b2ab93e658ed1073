using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Engage.Silo.Management;

/// <summary>Gives a process its port for operators.</summary>
public static class ManagementRegistration
{
    /// <summary>
    /// Does nothing while <see cref="ManagementOptions.Port"/> is not set. Call it first: it then answers while the
    /// rest still starts, and until the rest has stopped.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IHostApplicationBuilder AddManagement(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Management").Get<ManagementOptions>() ?? new();
        options.Validate();
        if (options.Port is null) return builder;

        builder.Services.AddSingleton(options);
        builder.Services.AddHealthChecks();
        builder.Services.AddHostedService<ManagementServer>();
        return builder;
    }
}
