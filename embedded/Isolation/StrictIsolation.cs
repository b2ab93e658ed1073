using Engage.Embedded.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Engage.Embedded.Isolation;

/// <summary>Turns strict isolation on: see <see cref="DeepCopier"/>.</summary>
public static class StrictIsolation
{
    /// <summary>
    /// The runtime switch that turns it on for every silo of the process, so that a test project can set it for silos
    /// that it does not build itself.
    /// </summary>
    public const string Switch = "Engage.Embedded.StrictIsolation";

    public static ISiloBuilder UseStrictIsolation(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<ICallCopier, DeepCopier>();
        return builder;
    }

    internal static void AddIfSwitchedOn(IServiceCollection services)
    {
        if (AppContext.TryGetSwitch(Switch, out var isOn) && isOn)
            services.AddSingleton<ICallCopier, DeepCopier>();
    }
}
