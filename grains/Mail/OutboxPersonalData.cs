using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Grains.Mail;

/// <summary>The letters that were laid into the outbox for somebody.</summary>
internal sealed class OutboxPersonalData(PostOffice office) : IPersonalTraces
{
    public string Section => "letters";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var letters = new JsonArray();
        foreach (var file in office.List(user)) letters.Add(await File.ReadAllTextAsync(file, cancellationToken));
        return letters.Count > 0 ? letters : null;
    }

    public Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        office.Forget(user);
        return Task.CompletedTask;
    }

    /// <summary>Again: one was perhaps on its way when the first were removed.</summary>
    public Task ForgetTracesAsync(UserId user, CancellationToken cancellationToken) =>
        EraseAsync(user, cancellationToken);
}
