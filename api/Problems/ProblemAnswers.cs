using System.Globalization;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Problems;

/// <summary>Every failure that leaves the server does so as a problem document.</summary>
internal static class ProblemAnswers
{
    public static void AddProblemAnswers(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddSingleton<ExceptionAnswers>();
        builder.Services.AddSingleton<IExceptionHandler>(services => services.GetRequiredService<ExceptionAnswers>());
    }

    public static void UseProblemAnswers(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Answer(context.HttpContext).ExecuteAsync(context.HttpContext));
    }

    /// <summary>For statuses that the framework set without a body.</summary>
    private static IResult Answer(HttpContext context) => (context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => Problem.Unauthenticated(
            "The token is missing, expired or not ours; get one with POST /v1/tokens "
            + "and send it as 'Authorization: Bearer ...'."),
        StatusCodes.Status403Forbidden => Problem.Forbidden(
            $"Your role may not {context.Request.Method} {context.Request.Path}."),
        StatusCodes.Status404NotFound => Problem.NotFound("Path", context.Request.Path, "see /openapi/v1.json"),
        StatusCodes.Status405MethodNotAllowed => Problem.MethodNotAllowed(
            context.Request.Method, context.Response.Headers.Allow.ToString()),
        StatusCodes.Status413PayloadTooLarge => Problem.TooLarge(
            "The request body is larger than this path takes; send it in parts."),
        StatusCodes.Status415UnsupportedMediaType => Problem.UnsupportedMediaType(
            context.Request.ContentType, "application/json"),
        var status => new ProblemDetails { Status = status },
    }).ToResult();
}

/// <summary>
/// Turns exceptions into documented problems; what nobody foresaw is logged and answered as internal.
/// </summary>
internal sealed partial class ExceptionAnswers(ILogger<ExceptionAnswers> logger) : IExceptionHandler
{
    private static readonly TimeSpan OverloadRetryAfter = TimeSpan.FromSeconds(1);

    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested) return true;

        var problem = Answer(exception, System.Diagnostics.Activity.Current?.Id ?? context.TraceIdentifier);
        if (problem.Extensions.TryGetValue("retryAfter", out var seconds))
            context.Response.Headers.RetryAfter = string.Create(CultureInfo.InvariantCulture, $"{seconds}");
        await problem.ToResult().ExecuteAsync(context);
        return true;
    }

    /// <summary>The problem that a caller is answered; failures of our own are logged under the trace id.</summary>
    public ProblemDetails Answer(Exception exception, string traceId)
    {
        var problem = ToProblem(exception, traceId);
        if (problem.Status >= StatusCodes.Status500InternalServerError) LogFailed(exception, traceId);
        return problem;
    }

    private static ProblemDetails ToProblem(Exception exception, string traceId) => exception switch
    {
        BusyException busy => Problem.Busy(busy.Message, busy.RetryAfter),
        StandingRefusedException refused => Problem.Forbidden(refused.Message),
        LimitExceededException =>
            Problem.Busy("More calls wait than the server holds; nothing was done.", OverloadRetryAfter),
        BadHttpRequestException bad => BadRequests.Describe(bad),
        TimeoutException => Problem.NotReady(
            "No answer in time. Whether it took effect is not known; sending it again is harmless."),
        IOException => Problem.NotReady(
            "The storage takes no writes right now; nothing was stored. Send the same again later."),
        OrleansException => Problem.NotReady(
            "The server is starting or stopping, or a part of it is moving; send the same again."),
        _ => Problem.Internal(traceId),
    };

    [LoggerMessage(LogLevel.Error, "A request failed, trace id {TraceId}")]
    private partial void LogFailed(Exception exception, string traceId);
}
