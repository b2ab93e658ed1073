using Microsoft.Extensions.Options;

namespace Engage.Api.Rooms;

/// <summary>
/// What a node does for the rooms its people are in. Section <c>Rooms</c>, beside the rooms' own options.
/// </summary>
internal sealed class RoomGatewayOptions
{
    public const string Section = "Rooms";

    /// <summary>
    /// The share of one core that sending a room's pushes may take: after a flush that took t the next comes no sooner
    /// than t / share after its begin. Larger: smaller delays, more and smaller frames. Above 0, at most 1; default
    /// 0.25.
    /// </summary>
    public double FlushShare { get; set; } = 0.25;

    /// <summary>
    /// The longest that something waits for the next flush, whatever the share. 10 ms to 1 s; default 100 ms.
    /// </summary>
    public TimeSpan TickMax { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Newest entries of a room that a node keeps for those who join or come back. Default 2,000.</summary>
    public int WindowEntries { get; set; } = 2_000;

    /// <summary>The same in bytes of JSON; what is reached first counts. Default 1 MiB.</summary>
    public int WindowBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Actions that may wait at this node for one room; more are answered <c>busy</c>. Default 4,096.
    /// </summary>
    public int WaitingMax { get; set; } = 4_096;

    /// <summary>Rooms that one connection may be in. Default 20.</summary>
    public int RoomsPerConnectionMax { get; set; } = 20;

    /// <summary>How long a node goes on following a room that nobody here is in any more. Default 30 s.</summary>
    public TimeSpan DetachAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a node tells the rooms that it is still there and who is in; well below the minute after which a room
    /// forgets it. Default 20 s.
    /// </summary>
    public TimeSpan RenewPeriod { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// From this many connections on one flush is done by several threads, if there are processors for them.
    /// Default 2,000.
    /// </summary>
    public int ParallelFlushFrom { get; set; } = 2_000;
}

internal sealed class RoomGatewayOptionsCheck : IValidateOptions<RoomGatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, RoomGatewayOptions options)
    {
        var wrong = new List<string>();
        Check("FlushShare", options.FlushShare, options.FlushShare is > 0 and <= 1, "above 0, at most 1");
        Check("TickMax", options.TickMax, options.TickMax.TotalMilliseconds is >= 10 and <= 1_000, "10 ms to 1 s");
        Check("WindowEntries", options.WindowEntries, options.WindowEntries is >= 50 and <= 100_000, "50 to 100,000");
        Check("WindowBytes", options.WindowBytes, options.WindowBytes >= 1 << 16, "at least 64 KiB");
        Check("WaitingMax", options.WaitingMax, options.WaitingMax >= 1, "at least 1");
        Check("RoomsPerConnectionMax", options.RoomsPerConnectionMax, options.RoomsPerConnectionMax >= 1, "at least 1");
        Check("DetachAfter", options.DetachAfter, options.DetachAfter > TimeSpan.Zero, "above 0");
        Check("RenewPeriod", options.RenewPeriod, options.RenewPeriod.TotalSeconds is >= 1 and <= 30, "1 s to 30 s");
        Check("ParallelFlushFrom", options.ParallelFlushFrom, options.ParallelFlushFrom >= 1, "at least 1");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Check(string setting, object value, bool good, string expected)
        {
            if (!good) wrong.Add($"{RoomGatewayOptions.Section}:{setting}: {value}, expected {expected}");
        }
    }
}
