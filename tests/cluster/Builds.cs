using Engage.Postgres;

namespace Engage.Cluster.Tests;

/// <summary>
/// The programs that these tests start: the cluster's, built with Engine=Orleans, and the single machine's.
/// </summary>
internal static class Builds
{
    private const string ServerVariable = "ENGAGE_CLUSTER_SERVER";
    private const string SiloVariable = "ENGAGE_CLUSTER_SILO";

    /// <summary>Serves people; runs actors too, or calls those of others.</summary>
    public static string? Server => Find(ServerVariable, "Orleans", "Engage.Api");

    /// <summary>Runs actors alone.</summary>
    public static string? Silo => Find(SiloVariable, "Orleans", "Engage.Silo");

    /// <summary>The same server as one process, built with Engine=Embedded.</summary>
    public static string? SingleMachine => Find("ENGAGE_SERVER", "Embedded", "Engage.Api");

    /// <returns>Why no cluster can be started here; null if one can.</returns>
    public static string? Missing()
    {
        if (Server is null || Silo is null)
            return "no Orleans build: the packages Microsoft.Orleans.* are needed for 'dotnet build -p:Engine=Orleans' "
                + $"of api and silo; or name their assemblies in {ServerVariable} and {SiloVariable}";
        return PostgresBinaries.Missing;
    }

    /// <summary>artifacts/[engine]/bin/[project]/[configuration]/: other engines and projects are neighbours.</summary>
    private static string? Find(string variable, string engine, string project)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
            return File.Exists(given) ? given : null;

        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var found = Path.Combine(
            here, "..", "..", "..", "..", engine, "bin", project, Path.GetFileName(here), project + ".dll");
        return File.Exists(found) ? Path.GetFullPath(found) : null;
    }
}

/// <summary>A test on a real cluster; says so where none can be built.</summary>
public sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute() => Skip = Builds.Missing();
}

/// <summary>Starts one cluster after the other: each takes several processes.</summary>
[CollectionDefinition(nameof(OneClusterAtATime), DisableParallelization = true)]
public sealed class OneClusterAtATime;
