using Orleans.Concurrency;

namespace Engage.Contracts.Privacy;

/// <summary>The newest export of one user (the key): made in the background, kept in memory for a while.</summary>
[Alias("engage.IExportGrain")]
public interface IExportGrain : IGrainWithStringKey
{
    /// <returns>Null while one is being made.</returns>
    [Alias("StartAsync")]
    Task<ExportView?> StartAsync();

    /// <returns>Null if there is no such export, or no longer.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<ExportView?> GetAsync(string id);

    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
}

[GenerateSerializer, Alias("engage.export-state")]
public enum ExportState
{
    Running = 1,
    Ready = 2,
    Failed = 3,
}

/// <param name="Packed">Everything: JSON in UTF-8, with gzip; null unless it is ready.</param>
[GenerateSerializer, Immutable, Alias("engage.export-view")]
public sealed record ExportView(
    [property: Id(0)] string Id,
    [property: Id(1)] ExportState State,
    [property: Id(2)] DateTimeOffset RequestedAt,
    [property: Id(3)] DateTimeOffset? ReadyAt,
    [property: Id(5)] byte[]? Packed);
