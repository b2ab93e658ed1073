using Microsoft.Extensions.Options;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// What one connection of the hub may cost, section <c>Hub</c>. A client that does not read costs at most
/// <see cref="OutboxBytesMax"/> and one answer in this process, and twice <see cref="SocketSendBytes"/> in the kernel.
/// </summary>
internal sealed class HubTransportOptions
{
    public const string Section = "Hub";

    /// <summary>
    /// Bytes that may wait for one client beyond what the kernel holds. Pushes that do not fit are refused, answers
    /// wait until there is room. Default 256 KiB, at least 4 KiB.
    /// </summary>
    public int OutboxBytesMax { get; set; } = 256 * 1024;

    /// <summary>
    /// The kernel's buffer for one client (SO_SNDBUF; Linux reserves twice as much for its own books). It holds what
    /// is on its way: bytes per second times round trip. Default 64 KiB; 0 leaves it to the kernel, which lets it grow
    /// to megabytes.
    /// </summary>
    public int SocketSendBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// How long something may wait for a client without a moment in which nothing waits; then it is closed with
    /// <see cref="CloseCodes.SlowReader"/>. Default 30 s.
    /// </summary>
    public TimeSpan SlowReaderCloseAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take to answer a close frame before its connection is cut. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bytes received from one client that the hub has not looked at yet; beyond them its socket is not read. A message
    /// that is still incomplete is bounded by the hub's own limit. Default 64 KiB, at least 4 KiB.
    /// </summary>
    public int InboxBytesMax { get; set; } = 64 * 1024;

    /// <summary>
    /// Whether frames are written to the socket itself where there is no encryption in between. Default true; false
    /// where other middleware of the connection wants to see every byte.
    /// </summary>
    public bool WriteToSocket { get; set; } = true;

    /// <summary>
    /// Connections that one user may have open on one node: a tab and a device each. Default 500, far above what a person
    /// needs; 0: as many as come.
    /// </summary>
    public int ConnectionsPerUser { get; set; } = 500;

    /// <summary>
    /// Connections from one address on one node, whoever opens them: a campus may sit behind one. Of IPv6 an address is
    /// its /64. Default 20,000; 0: as many as come.
    /// </summary>
    public int ConnectionsPerAddress { get; set; } = 20_000;
}

/// <summary>Close codes of the hub's WebSockets beyond those of RFC 6455; docs/protocol.md, "Hub".</summary>
internal static class CloseCodes
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int InternalError = 1011;

    /// <summary>The session of the client's token has ended.</summary>
    public const int SessionRevoked = 4001;

    /// <summary>The client did not read for <see cref="HubTransportOptions.SlowReaderCloseAfter"/>.</summary>
    public const int SlowReader = 4008;
}

internal sealed class HubTransportOptionsCheck : IValidateOptions<HubTransportOptions>
{
    private const int BytesMin = 4 * 1024;

    public ValidateOptionsResult Validate(string? name, HubTransportOptions options)
    {
        var wrong = new List<string>();
        AtLeast(nameof(options.OutboxBytesMax), options.OutboxBytesMax, BytesMin);
        AtLeast(nameof(options.InboxBytesMax), options.InboxBytesMax, BytesMin);
        AtLeast(nameof(options.SocketSendBytes), options.SocketSendBytes, 0);
        AtLeast(nameof(options.ConnectionsPerUser), options.ConnectionsPerUser, 0, "");
        AtLeast(nameof(options.ConnectionsPerAddress), options.ConnectionsPerAddress, 0, "");
        AtLeastASecond(nameof(options.SlowReaderCloseAfter), options.SlowReaderCloseAfter);
        AtLeastASecond(nameof(options.CloseTimeout), options.CloseTimeout);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void AtLeast(string setting, int actual, int least, string unit = " bytes")
        {
            if (actual < least)
                wrong.Add($"{HubTransportOptions.Section}:{setting} is {actual}; expected at least {least}{unit}.");
        }

        void AtLeastASecond(string setting, TimeSpan actual)
        {
            if (actual < TimeSpan.FromSeconds(1))
                wrong.Add($"{HubTransportOptions.Section}:{setting} is {actual}; expected at least 00:00:01.");
        }
    }
}
