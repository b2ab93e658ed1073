using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Engage.Api.Realtime.Transport;

/// <summary>Once a second every connection feels its pulse; when the server stops, all are sent away.</summary>
internal sealed partial class HubHeartbeat(
    HubConnections connections,
    HubTransportMetrics metrics,
    IOptions<HubTransportOptions> options,
    IOptions<HubOptions> hub,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<HubHeartbeat> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAliveDefault = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = lifetime.ApplicationStopping.Register(connections.CloseAll);
        using var timer = new PeriodicTimer(Period, time);
        var keepAlive = hub.Value.KeepAliveInterval ?? KeepAliveDefault;
        var start = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var beat = new HubBeat(time.GetElapsedTime(start), time.GetUtcNow(), keepAlive, options.Value);
                foreach (var connection in connections.Open) Tick(connection, beat);
            }
        }
        catch (OperationCanceledException)
        {
            // The server has stopped, its connections with it.
        }
    }

    private void Tick(HubConnection connection, HubBeat beat)
    {
        try
        {
            if (connection.Pulse.Tick(beat)) metrics.SlowReaderClosed();
        }
        // Whatever is wrong with one connection, the others live on.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogTickFailed(exception, connection.ConnectionId);
            connection.Abort();
        }
    }

    [LoggerMessage(LogLevel.Error, "The pulse of hub connection {Connection} failed; it is cut")]
    private partial void LogTickFailed(Exception exception, string connection);
}
