using System.Text.Json.Nodes;
using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>
/// One place where something about people is kept. Every part of the platform that keeps some registers one, so that an
/// export is complete and an erasure forgets nothing.
/// </summary>
public interface IPersonalData
{
    /// <summary>The member of the export that it fills, in camel case: <c>orders</c>.</summary>
    string Section { get; }

    /// <returns>What is kept about the person, readable; null: nothing.</returns>
    Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets what may be forgotten and pseudonymizes what must stay. Doing it again is harmless: an erasure that was
    /// interrupted starts over. The person's key is destroyed after the last of them.
    /// </summary>
    Task EraseAsync(UserId user, CancellationToken cancellationToken);
}
