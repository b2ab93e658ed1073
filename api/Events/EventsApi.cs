using System.Security.Claims;
using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Problems;

namespace Engage.Api.Events;

internal static class EventsApi
{
    public static void MapEvents(this WebApplication app) =>
        app.MapPost("/v1/events", TakeAsync)
            .Accepts<EventDraft[]>("application/json", "application/x-ndjson")
            .Produces<EventsAnswer>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithTags("Events");

    private static async Task<IResult> TakeAsync(
        HttpRequest request, ClaimsPrincipal caller, EventIntake intake, CancellationToken cancellationToken)
    {
        var lines = request.ContentType?.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            ?? false;
        if (!lines && !request.HasJsonContentType())
            return Problem.UnsupportedMediaType(request.ContentType, "application/json", "application/x-ndjson")
                .ToResult();

        var (batch, error) = lines
            ? await EventBatch.ReadLinesAsync(request.Body, cancellationToken)
            : await EventBatch.ReadJsonAsync(request.Body, cancellationToken);
        if (error is not null) return Problem.InvalidRequest(error).ToResult();

        var answer = await intake.TakeAsync(batch, caller.UserId(), cancellationToken);
        return answer.Rejected == batch.Count
            ? Problem.EventsRejected(answer.Results).ToResult()
            : TypedResults.Ok(answer);
    }
}

/// <summary>Splits a request body into events, without yet judging them.</summary>
internal static class EventBatch
{
    public static async Task<(List<(JsonElement, string?)> Batch, string? Error)> ReadJsonAsync(
        Stream body, CancellationToken cancellationToken)
    {
        try
        {
            var root = await JsonSerializer.DeserializeAsync<JsonElement>(body, cancellationToken: cancellationToken);
            return FromJson(root);
        }
        catch (JsonException exception)
        {
            return ([], $"The body is not JSON: {exception.Message}");
        }
    }

    public static (List<(JsonElement, string?)> Batch, string? Error) FromJson(JsonElement root)
    {
        var batch = root.ValueKind switch
        {
            JsonValueKind.Array => root.EnumerateArray().Select(json => (json, (string?)null)).ToList(),
            JsonValueKind.Object => [(root, null)],
            _ => null,
        };
        return batch is null ? ([], $"Expected an array of events, found {root.ValueKind}.") : CheckSize(batch);
    }

    public static async Task<(List<(JsonElement, string?)> Batch, string? Error)> ReadLinesAsync(
        Stream body, CancellationToken cancellationToken)
    {
        var batch = new List<(JsonElement, string?)>();
        using var reader = new StreamReader(body);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line)) batch.Add(ReadLine(line));
            if (batch.Count > EventIntake.BatchMax) break;
        }
        return CheckSize(batch);
    }

    private static (JsonElement, string?) ReadLine(string line)
    {
        try
        {
            return (JsonSerializer.Deserialize<JsonElement>(line), null);
        }
        catch (JsonException exception)
        {
            return (default, $"not JSON: {exception.Message}");
        }
    }

    private static (List<(JsonElement, string?)>, string?) CheckSize(List<(JsonElement, string?)> batch) =>
        batch.Count switch
    {
        0 => ([], "The batch is empty; expected at least one event."),
        > EventIntake.BatchMax => ([], $"The batch has more than {EventIntake.BatchMax} events; send it in parts."),
        _ => (batch, null),
    };
}
