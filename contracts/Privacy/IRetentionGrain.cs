namespace Engage.Contracts.Privacy;

/// <summary>Lets go of what was kept for long enough, once a day. There is one, <see cref="Key"/>.</summary>
[Alias("engage.IRetentionGrain")]
public interface IRetentionGrain : IGrainWithStringKey
{
    const string Key = "platform";

    /// <summary>From then on it is done daily, by a durable reminder. Again is harmless.</summary>
    [Alias("StartAsync")]
    Task StartAsync();

    /// <summary>Does it now. What fails is tried again within the hour.</summary>
    [Alias("EnforceAsync")]
    Task<RetentionRun> EnforceAsync();
}

/// <param name="At">When it began.</param>
/// <param name="Results">One for each place where something is kept for a while only.</param>
[GenerateSerializer, Immutable, Alias("engage.retention-run")]
public sealed record RetentionRun([property: Id(0)] DateTimeOffset At, [property: Id(1)] RetentionResult[] Results);

/// <param name="Removed">How much was let go of; null: it failed, and is tried again.</param>
[GenerateSerializer, Immutable, Alias("engage.retention-result")]
public readonly record struct RetentionResult([property: Id(0)] string Name, [property: Id(1)] long? Removed);
