using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Peers;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>
/// The yardstick of a storm: a bare ws hub takes as many connections back, with nobody to authenticate, nothing to
/// catch up with and nothing said meanwhile.
/// </summary>
internal static class PeerStorm
{
    private const string Peer = "ws";
    private const double Seconds = 2;

    /// <returns>From the loss of a connection to being in again; null where the peer cannot be had.</returns>
    public static async Task<PhaseResult?> RunAsync(
        LoadSettings settings, ILoadProgress progress, CancellationToken cancellation)
    {
        progress.Tell("a bare ws hub takes as many back");
        var (folder, absence) = await NodePackages.InstallAsync(Peer, cancellation);
        if (folder is null)
        {
            progress.Tell($"without {Peer}: {absence}");
            return null;
        }

        await using var hub = await PeerHub.StartNodeAsync(Peer, folder, null, cancellation);
        await using var fleet = LoadFleet.Start(settings.Workers, settings.Seed);
        var target = await hub.OpenRoomAsync(settings.Users, cancellation);
        await fleet.EnterAsync(target, settings.Users, 0, 0, cancellation);
        return await fleet.RunAsync(
            new() { Begin = 0, Seconds = Seconds, StormAt = Seconds / 2, DrainSeconds = 60 }, null, cancellation);
    }
}
