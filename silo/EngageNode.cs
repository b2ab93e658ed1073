using Microsoft.Extensions.Hosting;

namespace Engage.Silo;

/// <summary>
/// A node that runs actors and serves no people: a silo, and the port for operators when <c>Management:Port</c> is set.
/// Settings as for the server: <c>Storage</c>, <c>Cluster</c>, <c>Pump</c>, <c>Model</c> and so on.
/// </summary>
public static class EngageNode
{
    public static IHost Build(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddEngageSilo();
        return builder.Build();
    }
}
