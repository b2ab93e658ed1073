using Microsoft.Extensions.Configuration;

namespace Engage.Silo;

/// <summary>What a process is to the cluster.</summary>
public enum ClusterRole
{
    /// <summary>It runs actors.</summary>
    Silo = 1,

    /// <summary>It only calls them; the silos are other processes.</summary>
    Client = 2,
}

/// <summary>
/// How this process takes part in a cluster: the section <c>Cluster</c>. Only the engine Orleans has clusters; the
/// embedded one is a silo by itself and reads nothing here but <see cref="Role"/>.
/// </summary>
public sealed class ClusterNodeOptions
{
    /// <summary>Default <see cref="ClusterRole.Silo"/>: one process does everything.</summary>
    public ClusterRole Role { get; set; } = ClusterRole.Silo;

    /// <summary>
    /// Names the set of silos that know each other. Silos of another id on the same database are another cluster over
    /// the same data: never run two at once. Default <c>engage</c>. Whose the data are says <c>Storage:ServiceId</c>.
    /// </summary>
    public string ClusterId { get; set; } = "engage";

    /// <summary>
    /// The address, or the host name, under which other nodes reach this one; it listens there and nowhere else. Nodes
    /// trust whoever can connect: it belongs to a private network. Default empty: this machine's first network address.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>TCP port for other silos. Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>TCP port for clients of the cluster. Default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// How often silos ask each other, and how long an answer may take. Shorter finds the dead sooner and takes the
    /// overloaded for dead more easily. Default 1 s.
    /// </summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Questions without answer after which a silo suspects another. Default 2.</summary>
    public int MissedProbesMax { get; set; } = 2;

    /// <summary>
    /// Silos that must suspect a silo before it is declared dead. 1 is right for a few silos, where there may be nobody
    /// else to ask; with five or more, 2 forgives one silo's bad connection. Default 1.
    /// </summary>
    public int VotesForDeath { get; set; } = 1;

    /// <summary>
    /// How often a silo writes into the database that it lives. After a crash of the whole cluster a silo starts once
    /// the signs of its predecessors are three of these periods old. Default 5 s.
    /// </summary>
    public TimeSpan AliveSignPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a call waits for its answer before it counts as lost; longer than any honest answer takes under load.
    /// Callers of a silo that died are told when it is declared dead, which is sooner. Default 10 s.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client that starts waits for the first silo. Default 60 s.</summary>
    public TimeSpan ConnectPatience { get; set; } = TimeSpan.FromSeconds(60);

    /// <exception cref="ArgumentException">An option is out of its range; the text names it.</exception>
    public static ClusterNodeOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Cluster").Get<ClusterNodeOptions>() ?? new();
        options.Validate();
        return options;
    }

    private void Validate()
    {
        if (string.IsNullOrWhiteSpace(ClusterId))
            throw new ArgumentException("Cluster:ClusterId: expected a name, found an empty one.");
        Check(nameof(SiloPort), SiloPort, 1, 65_535);
        Check(nameof(GatewayPort), GatewayPort, 1, 65_535);
        Check(nameof(MissedProbesMax), MissedProbesMax, 1, 100);
        Check(nameof(VotesForDeath), VotesForDeath, 1, 10);
        Check(nameof(ProbeTimeout), ProbeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(nameof(AliveSignPeriod), AliveSignPeriod, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(nameof(ResponseTimeout), ResponseTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(nameof(ConnectPatience), ConnectPatience, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    private static void Check<T>(string name, T value, T min, T max) where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            throw new ArgumentException($"Cluster:{name} is {value}; expected {min} to {max}.");
    }
}
