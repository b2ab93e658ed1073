using System.Diagnostics.Metrics;

namespace Engage.Api.Realtime.Transport;

/// <summary>What is sent to how many. Counted where it happens without a meter, added up when somebody looks.</summary>
internal sealed class HubTransportMetrics
{
    public const string MeterName = "Engage.Hub";

    private static readonly KeyValuePair<string, object?> OfUser = new("limit", "user");
    private static readonly KeyValuePair<string, object?> OfAddress = new("limit", "address");
    private readonly Counter<long> _slowReadersClosed;
    private readonly Counter<long> _refused;

    public HubTransportMetrics(IMeterFactory meters, HubConnections connections)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter(
            "engage.hub.connections", () => connections.Count, "{connection}", "Open hub connections.");
        meter.CreateObservableUpDownCounter(
            "engage.hub.waiting", () => connections.WaitingBytes, "By",
            "Bytes that wait in outboxes for clients to read, beyond what the kernel holds.");
        Sum("engage.hub.frames", "{frame}", "WebSocket frames sent.", figures => figures.Frames);
        Sum("engage.hub.bytes", "By", "Bytes of the frames sent.", figures => figures.Bytes);
        Sum("engage.hub.blocked", "{frame}", "Frames that the kernel did not take whole at once.",
            figures => figures.Blocked);
        Sum("engage.hub.slow_readers.resynced", "{connection}",
            "Slow readers that had read everything after pushes to them had been refused.",
            figures => figures.Resynced);
        _slowReadersClosed = meter.CreateCounter<long>(
            "engage.hub.slow_readers.closed", "{connection}", "Slow readers closed.");
        _refused = meter.CreateCounter<long>(
            "engage.hub.refused", "{connection}", "Connections refused because their user or address has too many.");

        void Sum(string name, string unit, string description, Func<OutboxFigures, long> figure) =>
            meter.CreateObservableCounter(name, () => figure(connections.Sum()), unit, description);
    }

    /// <param name="why">Whose connections are too many.</param>
    public void Refused(Reservation why) => _refused.Add(1, why == Reservation.TooManyOfUser ? OfUser : OfAddress);

    public void SlowReaderClosed() => _slowReadersClosed.Add(1);
}
