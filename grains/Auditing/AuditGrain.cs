using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Auditing;
using Engage.Storage.Books;
using Orleans.Concurrency;

namespace Engage.Grains.Auditing;

/// <summary>Writes each record as a document of the books: whoever changes or removes one breaks their chain.</summary>
[StatelessWorker, Reentrant]
internal sealed class AuditGrain(IBooks books) : Grain, IAuditGrain
{
    private const string Kind = "audit";
    private const string All = "audit";

    public async Task RecordAsync(AuditRecord record)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web);
        var outcome = await books.CommitAsync(
            new($"{Kind}:{record.Id}", record.At, Kind, [],
                [new(new(Kind, record.Id), 0, body, Keys: [.. KeysOf(record)])]),
            CancellationToken.None);
        if (outcome.Result is not (BookResult.Written or BookResult.Repeated))
            throw new InvalidOperationException(
                $"Audit record '{record.Id}' was not written: {outcome.Result}, {outcome.Detail}.");
    }

    public async Task<AuditPage> ListAsync(AuditQuery query)
    {
        var key = query.By is { } by ? KeyOfOperator(by) : query.Subject is { } subject ? KeyOfSubject(subject) : All;
        var page = await books.ListAsync(
            new(key, Kind, query.After, query.Limit, Newest: true), CancellationToken.None);
        return new(
            [
                .. page.Items.Select(document =>
                    JsonSerializer.Deserialize<AuditRecord>(document.Body.Span, JsonSerializerOptions.Web)!),
            ],
            page.Cursor);
    }

    private static IEnumerable<string> KeysOf(AuditRecord record)
    {
        yield return All;
        yield return KeyOfOperator(record.By);
        if (record.Subject is { } subject) yield return KeyOfSubject(subject);
    }

    private static string KeyOfOperator(UserId user) => $"audit-by:{user}";

    private static string KeyOfSubject(UserId user) => $"audit-of:{user}";
}
