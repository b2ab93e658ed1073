using System.Globalization;
using Engage.Contracts.Activity;
using Engage.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Activity;

/// <summary>
/// This silo's voice to the pumps: after an append, and every <see cref="PumpOptions.KeepAlivePeriod"/> without one. A
/// pump that died with its silo therefore comes back on another although nobody sends events: each silo that lives
/// calls every pump. One poke per partition is on its way at a time; those that come meanwhile become one more, so that
/// a storm of appends is no storm of messages.
/// </summary>
internal sealed partial class PumpSignals(
    IGrainFactory grains,
    IActivityJournal journal,
    IOptions<PumpOptions> options,
    TimeProvider time,
    ILogger<PumpSignals> logger) : BackgroundService
{
    private const int Idle = 0;
    private const int OnItsWay = 1;
    private const int OneMore = 2;
    private readonly int[] _states = new int[journal.PartitionCount];

    /// <summary>Returns at once and never fails: what it announces is durable already.</summary>
    public void Poke(int partition)
    {
        if (Interlocked.CompareExchange(ref _states[partition], OnItsWay, Idle) == Idle)
            _ = PokeAsync(partition);
        else if (Interlocked.CompareExchange(ref _states[partition], OneMore, OnItsWay) == Idle)
            Poke(partition);
    }

    public void PokeAll()
    {
        for (var partition = 0; partition < _states.Length; partition++) Poke(partition);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.KeepAlivePeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) PokeAll();
    }

    private async Task PokeAsync(int partition)
    {
        var key = partition.ToString(CultureInfo.InvariantCulture);
        do
        {
            Interlocked.Exchange(ref _states[partition], OnItsWay);
            try
            {
                await grains.GetGrain<IActivityPartitionGrain>(key).PokeAsync().ConfigureAwait(false);
            }
            // The pump looks by itself now and then, and the next keep-alive finds it wherever it lives by then.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogPokeFailed(exception, partition);
            }
        }
        while (Interlocked.CompareExchange(ref _states[partition], Idle, OnItsWay) == OneMore);
    }

    [LoggerMessage(LogLevel.Debug, "Partition {Partition}: its pump could not be called; tried again shortly")]
    private partial void LogPokeFailed(Exception exception, int partition);
}
