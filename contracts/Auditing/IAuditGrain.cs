using Orleans.Concurrency;

namespace Engage.Contracts.Auditing;

/// <summary>
/// Who looked at whose personal data, and who changed who may. Append-only, in the chain of the books. Any key: every
/// activation writes to the same trail.
/// </summary>
[Alias("engage.IAuditGrain")]
public interface IAuditGrain : IGrainWithStringKey
{
    const string Key = "local";
    const int LimitMax = 200;
    const int ReasonLengthMax = 200;

    /// <summary>Durable when it completes; recording the same id again is harmless.</summary>
    /// <exception cref="BusyException">Nothing was recorded, so nothing may be shown.</exception>
    [Alias("RecordAsync")]
    Task RecordAsync([Immutable] AuditRecord record);

    /// <returns>The newest first.</returns>
    [Alias("ListAsync")]
    Task<AuditPage> ListAsync([Immutable] AuditQuery query);
}

/// <summary>One look or change. Names people by ids alone: it outlives those whom it is about.</summary>
/// <param name="Id">Chosen by whoever records it.</param>
/// <param name="What">What was done, such as <c>user-search</c>.</param>
/// <param name="User">Whose data it was; null: nobody was found.</param>
/// <param name="How">What was searched by: <c>id</c>, <c>name</c>, <c>mail</c>. Never what was typed.</param>
/// <param name="Reason">
/// In the operator's words; sealed with the key of the person whom it is about, or else of the operator. Null: none was
/// given, or that person was erased.
/// </param>
[GenerateSerializer, Immutable, Alias("engage.audit-record")]
public sealed record AuditRecord(
    [property: Id(0)] string Id,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] UserId By,
    [property: Id(3)] string What,
    [property: Id(4)] UserId? User,
    [property: Id(5)] string? How,
    [property: Id(6)] string? Reason);

/// <param name="By">Of this operator alone; null: of all.</param>
/// <param name="User">About this person alone; null: about all. Not both.</param>
/// <param name="After">The cursor of the page before; 0 for the first.</param>
/// <param name="Limit">1 to <see cref="IAuditGrain.LimitMax"/>.</param>
[GenerateSerializer, Immutable, Alias("engage.audit-query")]
public sealed record AuditQuery(
    [property: Id(0)] UserId? By, [property: Id(1)] UserId? User, [property: Id(2)] long After,
    [property: Id(3)] int Limit);

/// <param name="Cursor">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("engage.audit-page")]
public sealed record AuditPage([property: Id(0)] AuditRecord[] Items, [property: Id(1)] long? Cursor);
