using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Auditing;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Auditing;

/// <summary>
/// Who looked at somebody's data, and what she looked at herself as an operator. The trail stays, by ids; the words in
/// it go with her key.
/// </summary>
internal sealed class AccessPersonalData(IServiceProvider services) : IPersonalData
{
    public string Section => "access";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var records = new JsonArray();
        await AddAsync(records, new(null, user, 0, IAuditGrain.LimitMax), cancellationToken);
        await AddAsync(records, new(user, null, 0, IAuditGrain.LimitMax), cancellationToken);
        return records.Count > 0 ? records : null;
    }

    public Task EraseAsync(UserId user, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AddAsync(JsonArray records, AuditQuery query, CancellationToken cancellationToken)
    {
        var trail = services.GetRequiredService<IGrainFactory>().GetGrain<IAuditGrain>(IAuditGrain.Key);
        for (long? after = 0; after is { } cursor;)
        {
            var page = await trail.ListAsync(query with { After = cursor }).WaitAsync(cancellationToken);
            foreach (var record in page.Items)
                records.Add(new JsonObject
                {
                    ["id"] = record.Id,
                    ["at"] = record.At,
                    ["by"] = record.By.Value,
                    ["user"] = record.User?.Value,
                    ["what"] = record.What,
                    ["how"] = record.How,
                    ["reason"] = record.Reason,
                });
            after = page.Cursor;
        }
    }
}
