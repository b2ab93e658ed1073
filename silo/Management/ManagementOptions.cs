using System.Net;

namespace Engage.Silo.Management;

/// <summary>
/// The port for operators, section <c>Management</c>. It answers without a token, so it is never the public one: by
/// default it is off, and when it is on it listens on the loopback address.
/// </summary>
public sealed class ManagementOptions
{
    /// <summary>
    /// TCP port of <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>; 0 takes a free one. Default: none, off.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>
    /// IP address it listens on. <c>0.0.0.0</c> is for a container, whose network decides who reaches it. Default:
    /// <c>127.0.0.1</c>.
    /// </summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>
    /// Label sets that are kept of one metric; measurements with further ones are counted in
    /// <c>engage_metrics_dropped_series_total</c>. One takes some 200 bytes, of a histogram some 500. 1 to 100,000.
    /// Default: 500.
    /// </summary>
    public int SeriesMax { get; set; } = 500;

    /// <exception cref="ArgumentException">An option is out of its range; the text names it.</exception>
    internal void Validate()
    {
        if (Port is < 0 or > 65_535)
            throw new ArgumentException($"Management option {nameof(Port)} is {Port}; expected 0 to 65535.");
        if (!IPAddress.TryParse(Address, out _))
            throw new ArgumentException(
                $"Management option {nameof(Address)} is '{Address}'; expected an IP address such as 127.0.0.1.");
        if (SeriesMax is < 1 or > 100_000)
            throw new ArgumentException($"Management option {nameof(SeriesMax)} is {SeriesMax}; expected 1 to 100000.");
    }
}
