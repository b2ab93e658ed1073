using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Rooms;

/// <summary>What rooms refuse, as problem documents (docs/protocol.md, "Errors").</summary>
internal static class RoomProblems
{
    private static readonly Dictionary<string, (string Title, int Status)> Known = new(StringComparer.Ordinal)
    {
        ["invalid-request"] = ("The request is not valid", StatusCodes.Status400BadRequest),
        ["payment-required"] = ("Not paid", StatusCodes.Status402PaymentRequired),
        ["forbidden"] = ("Not allowed", StatusCodes.Status403Forbidden),
        ["muted"] = ("Muted", StatusCodes.Status403Forbidden),
        ["members-only"] = ("For members only", StatusCodes.Status403Forbidden),
        ["filtered"] = ("Not taken by the word filter", StatusCodes.Status422UnprocessableEntity),
        ["not-found"] = ("Not found", StatusCodes.Status404NotFound),
        ["conflict"] = ("Already there", StatusCodes.Status409Conflict),
        ["not-live"] = ("The room is not live", StatusCodes.Status409Conflict),
        ["emoji-only"] = ("Emoji only", StatusCodes.Status409Conflict),
        ["not-joined"] = ("Not in the room", StatusCodes.Status409Conflict),
        ["too-many"] = ("Too many", StatusCodes.Status409Conflict),
        ["slow-mode"] = ("Slow mode", StatusCodes.Status429TooManyRequests),
        ["slow-down"] = ("Slow down", StatusCodes.Status429TooManyRequests),
        ["busy"] = ("Busy", StatusCodes.Status429TooManyRequests),
        ["internal"] = ("Something failed on our side", StatusCodes.Status500InternalServerError),
    };

    public static ProblemDetails Of(RoomRefusal refusal)
    {
        var (title, status) = Known.GetValueOrDefault(
            refusal.Problem, ("Not possible", StatusCodes.Status409Conflict));
        var problem = Problem.Named(refusal.Problem, title, status, refusal.Detail);
        if (refusal.RetryAfter is { } retryAfter)
            problem.Extensions["retryAfter"] = Problem.RetryAfterSeconds(retryAfter);
        return problem;
    }

    public static ProblemDetails Missing(RoomId room) =>
        Problem.NotFound("Room", room.Value, "list them with GET /v1/rooms");

    public static ProblemDetails ClosedTo(RoomClosedToException closed)
    {
        var problem = Problem.Forbidden(closed.Message);
        if (closed.Reason is { Length: > 0 } reason) problem.Extensions["reason"] = reason;
        if (closed.End is { } until && until != DateTimeOffset.MaxValue)
            problem.Extensions["until"] = UtcMillisecondsConverter.ToText(until);
        return problem;
    }
}
