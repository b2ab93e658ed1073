using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Bench.Sends;

/// <param name="Broadcasts">How many were sent in the time.</param>
/// <param name="ProcessorSeconds">Of the whole process.</param>
internal sealed record SendsResult(long Broadcasts, double Seconds, double ProcessorSeconds);

/// <summary>
/// A hub that says the same to everybody, in a process of its own: through the transport of ours, or as SignalR sends.
/// Nothing but sending is in it.
/// </summary>
internal static class SendsHost
{
    public const string CommandName = "sends-host";
    private static readonly string Text = new('x', 100);

    /// <summary>Says its address, then a result for each line "RATE SECONDS"; rate 0: as fast as it goes.</summary>
    public static async Task RunAsync(bool ours)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Listeners>();
        builder.Services.AddSignalR();
        if (ours) builder.AddHubTransport<ListenersHub>();
        await using var app = builder.Build();
        if (ours) app.MapHubTransport<ListenersHub>("/hub");
        else app.MapHub<ListenersHub>("/hub");
        await app.StartAsync();
        await Console.Out.WriteLineAsync(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        Func<ValueTask> broadcast = ours ? OursOf(app.Services) : StockOf(app.Services);
        while (await Console.In.ReadLineAsync() is { } order)
        {
            var (rate, seconds) = order.Split(' ') is [var first, var second]
                ? (int.Parse(first, null), double.Parse(second, System.Globalization.CultureInfo.InvariantCulture))
                : throw new InvalidDataException($"Expected 'RATE SECONDS', found '{order}'.");
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(await SendAsync(broadcast, rate, seconds)));
        }
    }

    private static async Task<SendsResult> SendAsync(Func<ValueTask> broadcast, int rate, double seconds)
    {
        var process = Process.GetCurrentProcess();
        var (began, used) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        var sent = 0L;
        while (Stopwatch.GetElapsedTime(began).TotalSeconds is var now && now < seconds)
        {
            if (rate > 0 && sent > now * rate)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
                continue;
            }
            await broadcast();
            sent++;
        }
        process.Refresh();
        return new(
            sent, Stopwatch.GetElapsedTime(began).TotalSeconds, (process.TotalProcessorTime - used).TotalSeconds);
    }

    /// <summary>As a room of ours does it: framed once, written to each; who is behind is waited for.</summary>
    private static Func<ValueTask> OursOf(IServiceProvider services)
    {
        var listeners = services.GetRequiredService<Listeners>();
        var json = JsonSerializer.SerializeToUtf8Bytes(new { type = 1, target = "said", arguments = new[] { Text } });
        return async () =>
        {
            var frame = PushFrame.FromHubMessage(json);
            foreach (var (_, outbox) in listeners.Outboxes)
                while (!outbox.TrySend(frame) && !outbox.IsClosed) await outbox.WhenDrainedAsync();
        };
    }

    private static Func<ValueTask> StockOf(IServiceProvider services)
    {
        var all = services.GetRequiredService<IHubContext<ListenersHub>>().Clients.All;
        return () => new(all.SendAsync("said", Text));
    }
}

internal sealed class Listeners
{
    public ConcurrentDictionary<string, Outbox> Outboxes { get; } = new();
}

internal sealed class ListenersHub(Listeners listeners) : Hub
{
    public override Task OnConnectedAsync()
    {
        if (Context.Features.Get<IOutboxFeature>() is { } feature)
            listeners.Outboxes[Context.ConnectionId] = feature.Outbox;
        return Task.CompletedTask;
    }
}
