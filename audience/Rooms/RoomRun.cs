using Engage.Audience.Driving;
using Engage.Audience.Model;
using Engage.LoadGen.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Audience.Rooms;

/// <summary>
/// Keeps one room of the demo alive until it is cancelled: a teacher and a few listeners, one act after another.
/// Whoever lost her connection comes back when it is her turn; a platform that is away is waited for.
/// </summary>
internal sealed class RoomRun(
    EngageClient client, Uri server, DemoRoom room, Chatter chatter, IReadOnlyList<DemoAccount> listeners,
    DemoAccount? teacher, RoomSettings settings, TimeProvider time)
{
    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(5);
    private readonly Random _random = new(settings.Seed);
    private readonly Dictionary<DemoAccount, RoomPerson> _inside = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var gap = Rhythm.NextGap(_random, settings.ActsPerSecond);
                await Task.Delay(gap, time, cancellation);
                if (!await ActAsync(cancellation)) await Task.Delay(AwayPause, time, cancellation);
            }
        }
        finally
        {
            foreach (var person in _inside.Values) await person.DisposeAsync();
        }
    }

    /// <returns>False if the platform could not be reached.</returns>
    private async Task<bool> ActAsync(CancellationToken cancellation)
    {
        var teaches = teacher is not null && _random.NextDouble() < settings.TeachersShare;
        var account = teaches ? teacher! : listeners[_random.Next(listeners.Count)];
        try
        {
            if (!_inside.TryGetValue(account, out var person))
                _inside[account] = person = await RoomPerson.EnterAsync(
                    client, server, account, room.Message.Id, time, cancellation);
            var chinese = !char.IsAscii(account.DisplayName[0]);
            await person.DoAsync(
                teaches ? chatter.Teach(person.Sight, chinese) : chatter.Listen(person.Sight, chinese), cancellation);
            return true;
        }
        catch (HubException)
        {
            // Refused: muted, too fast, or what she meant is gone. That is life in a room.
            return true;
        }
        // Whatever became of the connection or the platform, the demo comes back to it.
#pragma warning disable CA1031
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (_inside.Remove(account, out var person)) await person.DisposeAsync();
            return false;
        }
    }
}

/// <summary>How lively a room of the demo is.</summary>
internal sealed record RoomSettings
{
    /// <summary>What all people of a room do together, a second. A room grows by as many entries.</summary>
    public double ActsPerSecond { get; init; } = 0.4;

    /// <summary>Share of the acts that are the teacher's.</summary>
    public double TeachersShare { get; init; } = 0.12;

    public int ListenersPerRoom { get; init; } = 5;

    public int Seed { get; init; } = 1;
}
