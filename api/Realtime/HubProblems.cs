using System.Text.Json;
using Engage.Api.Problems;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Realtime;

/// <summary>A call that fails is answered with the problem document that HTTP would answer.</summary>
internal sealed class HubProblems(ExceptionAnswers answers) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception exception) when (exception is not HubException)
        {
            throw Refusal(answers.Answer(exception, invocationContext.Context.ConnectionId));
        }
    }

    public static HubException Refusal(ProblemDetails problem) =>
        new(JsonSerializer.Serialize(problem, JsonSerializerOptions.Web));
}
