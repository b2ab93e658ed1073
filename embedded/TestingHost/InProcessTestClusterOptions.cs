using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

public sealed class InProcessTestClusterOptions
{
    public string ClusterId { get; set; } = "test";

    public string ServiceId { get; set; } = "test";

    public short InitialSilosCount { get; set; } = 1;

    public List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> SiloHostConfigurationDelegates
    { get; } = [];

    /// <summary>
    /// Accepted for compatibility and never run: the client of this engine is the silo's own grain factory and has no
    /// host beside it.
    /// </summary>
    public List<Action<IHostApplicationBuilder>> ClientHostConfigurationDelegates { get; } = [];
}

public sealed class InProcessTestSiloSpecificOptions
{
    public string SiloName { get; set; } = null!;
}
