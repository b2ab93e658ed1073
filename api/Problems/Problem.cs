using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Problems;

/// <summary>The documented problem names (docs/protocol.md, "Errors") and how each is answered. RFC 9457.</summary>
internal static class Problem
{
    /// <summary>About as long as a cluster takes to find out that one of its silos is gone.</summary>
    private static readonly TimeSpan NotReadyRetryAfter = TimeSpan.FromSeconds(2);

    public static ProblemDetails InvalidRequest(string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var problem = Create("invalid-request", "The request is not valid", StatusCodes.Status400BadRequest, detail);
        if (errors is { Count: > 0 }) problem.Extensions["errors"] = errors;
        return problem;
    }

    public static ProblemDetails Unauthenticated(string detail) =>
        Create("unauthenticated", "Sign in first", StatusCodes.Status401Unauthorized, detail);

    public static ProblemDetails Forbidden(string detail) =>
        Create("forbidden", "Not allowed", StatusCodes.Status403Forbidden, detail);

    public static ProblemDetails NotFound(string what, string id, string wayOut)
    {
        var problem = Create(
            "not-found", "Not found", StatusCodes.Status404NotFound, $"{what} '{id}' does not exist; {wayOut}");
        problem.Extensions["id"] = id;
        return problem;
    }

    public static ProblemDetails Conflict(string what, string id, string detail)
    {
        var problem = Create("conflict", "Already there", StatusCodes.Status409Conflict, $"{what} '{id}': {detail}");
        problem.Extensions["id"] = id;
        return problem;
    }

    public static ProblemDetails MethodNotAllowed(string method, string allowed) =>
        Create("method-not-allowed", "Method not allowed", StatusCodes.Status405MethodNotAllowed,
            $"{method} is not what this path takes; expected {allowed}.");

    public static ProblemDetails TooLarge(string detail) =>
        Create("too-large", "Too large", StatusCodes.Status413PayloadTooLarge, detail);

    public static ProblemDetails UnsupportedMediaType(string? actual, params string[] expected)
    {
        var problem = Create(
            "unsupported-media-type", "Unsupported media type", StatusCodes.Status415UnsupportedMediaType,
            $"Content-Type '{actual ?? "(none)"}'; expected {string.Join(" or ", expected)}");
        problem.Extensions["expected"] = expected;
        return problem;
    }

    public static ProblemDetails EventsRejected(object results) =>
        new()
        {
            Type = TypeOf("events-rejected"),
            Title = "No event was taken",
            Status = StatusCodes.Status422UnprocessableEntity,
            Detail = "Every event of the batch is wrong; 'results' says what is wrong with which.",
            Extensions = { ["results"] = results },
        };

    public static ProblemDetails Busy(string detail, TimeSpan retryAfter)
    {
        var problem = Create("busy", "Busy", StatusCodes.Status429TooManyRequests, detail);
        problem.Extensions["retryAfter"] = RetryAfterSeconds(retryAfter);
        return problem;
    }

    public static ProblemDetails NotReady(string detail)
    {
        var problem = Create("not-ready", "Not ready", StatusCodes.Status503ServiceUnavailable, detail);
        problem.Extensions["retryAfter"] = RetryAfterSeconds(NotReadyRetryAfter);
        return problem;
    }

    public static ProblemDetails Internal(string traceId) =>
        Create("internal", "Something failed on our side", StatusCodes.Status500InternalServerError,
            $"The failure is logged with trace id {traceId}; sending the same again is harmless.");

    /// <summary>For names of docs/protocol.md that only one part of the platform answers.</summary>
    public static ProblemDetails Named(string name, string title, int status, string detail) =>
        Create(name, title, status, detail);

    /// <summary>Retry-After is whole seconds (RFC 9110, 10.2.3); never 0, or a crowd retries at once.</summary>
    public static int RetryAfterSeconds(TimeSpan retryAfter) => Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));

    public static IResult ToResult(this ProblemDetails problem) => TypedResults.Problem(problem);

    private static ProblemDetails Create(string name, string title, int status, string detail) =>
        new() { Type = TypeOf(name), Title = title, Status = status, Detail = detail };

    private static string TypeOf(string name) => $"https://engage.dev/problems/{name}";
}
