using Engage.Contracts.Commerce;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Sales;

/// <summary>
/// Tells the report of sales that there is something new: at once after an order was paid on this silo, and now and
/// then, because a silo may end in between and a journal be busy. One call is under way at a time, and one more waits.
/// </summary>
internal sealed partial class SaleSignals(
    IGrainFactory grains, IOptions<CommerceOptions> options, TimeProvider time, ILogger<SaleSignals> logger)
    : BackgroundService
{
    private const int Idle = 0;
    private const int OnItsWay = 1;
    private const int OneMore = 2;
    private int _state;

    /// <summary>Returns at once and never fails: what it announces is durable already.</summary>
    public void Poke()
    {
        if (Interlocked.CompareExchange(ref _state, OnItsWay, Idle) == Idle) _ = Task.Run(PokeAsync);
        else if (Interlocked.CompareExchange(ref _state, OneMore, OnItsWay) == Idle) Poke();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReportPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Poke();
    }

    private async Task PokeAsync()
    {
        do
        {
            Interlocked.Exchange(ref _state, OnItsWay);
            try
            {
                var report = grains.GetGrain<ISalesReportGrain>(ISalesReportGrain.Key);
                while (await report.ReportAsync().ConfigureAwait(false))
                {
                }
            }
            // The sales stay on their list: the next tick takes them up.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotReported(exception);
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, OnItsWay) == OneMore);
    }

    [LoggerMessage(LogLevel.Warning, "Sales are paid and not in the journal of activity yet; tried again soon")]
    private partial void LogNotReported(Exception exception);
}
