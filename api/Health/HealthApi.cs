using Engage.Api.Problems;
using Engage.Contracts.Recommending;

namespace Engage.Api.Health;

internal static class HealthApi
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    public static void MapHealth(this WebApplication app)
    {
        var group = app.MapGroup("").AllowAnonymous().WithTags("Health");
        group.MapGet("/healthz", () => TypedResults.Ok(new { status = "alive" }));
        group.MapGet("/readyz", ReadyAsync);
    }

    /// <summary>
    /// Ready means that a question travels the whole way: an actor loads its state and the model ranks for it.
    /// </summary>
    private static async Task<IResult> ReadyAsync(
        IGrainFactory grains, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(AnswerMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await grains.GetGrain<IUserGrain>("readiness-probe").GetFeedAsync(new(1, null), either.Token)
                .WaitAsync(AnswerMax, time, cancellationToken);
            return TypedResults.Ok(new { status = "ready" });
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return Problem.NotReady($"No answer within {AnswerMax.TotalSeconds} s; ask again.").ToResult();
        }
    }
}
