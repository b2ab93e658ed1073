using Microsoft.Extensions.Options;

namespace Engage.Api.Accounts;

/// <summary>Looks at the keys once a minute: whether one is due, and whether another node has made one.</summary>
internal sealed partial class KeyTurning(
    KeyRing ring, IOptions<AuthOptions> options, TimeProvider time, ILogger<KeyTurning> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LifetimeMin = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            Turn();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Turn()
    {
        var lifetime = options.Value.SigningKeyLifetime;
        try
        {
            ring.Turn(lifetime < LifetimeMin ? LifetimeMin : lifetime);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // Another node is at it, or the folder is away; what is known goes on.
            LogTurnFailed(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The token keys could not be looked at; tried again in a minute")]
    private partial void LogTurnFailed(Exception exception);
}
