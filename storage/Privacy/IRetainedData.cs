namespace Engage.Storage.Privacy;

/// <summary>
/// One place where something about people is kept for a while only. Every part of the platform that has such a place
/// registers one; once a day it is asked to let go of what is over.
/// </summary>
public interface IRetainedData
{
    /// <summary>What it keeps, in camel case, for the report: <c>letters</c>.</summary>
    string Name { get; }

    /// <summary>Removes what is kept for longer than its period. Again is harmless, also after half of it.</summary>
    /// <returns>How much was removed.</returns>
    Task<long> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
