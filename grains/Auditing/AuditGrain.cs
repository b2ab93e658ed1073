using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Auditing;
using Engage.Storage.Books;
using Engage.Storage.Privacy;
using Orleans.Concurrency;

namespace Engage.Grains.Auditing;

/// <summary>Writes each record as a document of the books: whoever changes or removes one breaks their chain.</summary>
[StatelessWorker, Reentrant]
internal sealed class AuditGrain(IBooks books, IPersonalVault vault) : Grain, IAuditGrain
{
    private const string Kind = "audit";
    private const string All = "audit";
    private const string ReasonPurpose = "audit.reason";

    public async Task RecordAsync(AuditRecord record)
    {
        var kept = record with { Reason = await SealAsync(record) };
        var outcome = await books.CommitAsync(
            new($"{Kind}:{record.Id}", record.At, Kind, [],
                [
                    new(new(Kind, record.Id), 0, JsonSerializer.SerializeToUtf8Bytes(kept, JsonSerializerOptions.Web),
                        Keys: [.. KeysOf(record)]),
                ]),
            CancellationToken.None);
        if (outcome.Result is not (BookResult.Written or BookResult.Repeated))
            throw new InvalidOperationException(
                $"Audit record '{record.Id}' was not written: {outcome.Result}, {outcome.Detail}.");
    }

    public async Task<AuditPage> ListAsync(AuditQuery query)
    {
        var key = query.By is { } by ? KeyOfOperator(by) : query.User is { } user ? KeyOfUser(user) : All;
        var page = await books.ListAsync(
            new(key, Kind, query.After, query.Limit, Newest: true), CancellationToken.None);
        var items = new AuditRecord[page.Items.Count];
        for (var i = 0; i < items.Length; i++) items[i] = await OpenAsync(page.Items[i]);
        return new(items, page.Cursor);
    }

    private async Task<AuditRecord> OpenAsync(BookDocument document)
    {
        var record = JsonSerializer.Deserialize<AuditRecord>(document.Body.Span, JsonSerializerOptions.Web)!;
        return record.Reason is not { } reason
            ? record
            : record with
            {
                Reason = await vault.OpenAsync(ReaderOf(record), ReasonPurpose, reason, CancellationToken.None),
            };
    }

    /// <summary>A record about somebody who is erased meanwhile is made all the same, without words.</summary>
    private async Task<string?> SealAsync(AuditRecord record)
    {
        if (record.Reason is not { } reason) return null;
        try
        {
            return await vault.SealAsync(ReaderOf(record), ReasonPurpose, reason, CancellationToken.None);
        }
        catch (PersonErasedException)
        {
            return null;
        }
    }

    /// <summary>Whose key the words go with.</summary>
    private static UserId ReaderOf(AuditRecord record) => record.User ?? record.By;

    private static IEnumerable<string> KeysOf(AuditRecord record)
    {
        yield return All;
        yield return KeyOfOperator(record.By);
        if (record.User is { } user) yield return KeyOfUser(user);
    }

    private static string KeyOfOperator(UserId user) => $"audit-by:{user}";

    private static string KeyOfUser(UserId user) => $"audit-of:{user}";
}
