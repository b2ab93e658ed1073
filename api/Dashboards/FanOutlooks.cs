using System.Collections.Concurrent;
using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Contracts.Rooms;

namespace Engage.Api.Dashboards;

/// <summary>
/// How likely the most active people are to stay away, as the model sees it. A dashboard never waits for that: it shows
/// what is known, and what is old is asked for meanwhile.
/// </summary>
internal sealed partial class FanOutlooks(IGrainFactory grains, TimeProvider time, ILogger<FanOutlooks> logger)
{
    private const int FansMax = 20;
    private const int KnownMax = 1_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<UserId, Outlook> _known = [];

    /// <returns>Most active first; those of whom nothing is known yet are left out. Null: there is nobody.</returns>
    public DashboardFan[]? Of(IEnumerable<RoomPulseView> rooms)
    {
        var active = rooms.SelectMany(room => room.Active).GroupBy(person => person.User)
            .Select(person => (
                User: person.Key, person.First().Name,
                Actions: person.Sum(each => each.Messages + each.Questions + each.Reactions + each.Votes)))
            .OrderByDescending(person => person.Actions).ThenBy(person => person.User.Value, StringComparer.Ordinal)
            .Take(FansMax).ToArray();
        if (active.Length == 0) return null;

        return
        [
            .. active.Select(person => (person, Churn: ChurnOf(person.User))).Where(fan => fan.Churn is not null)
                .Select(fan => new DashboardFan(
                    fan.person.User, fan.person.Name, fan.person.Actions, Math.Round(fan.Churn!.Value, 3))),
        ];
    }

    private double? ChurnOf(UserId user)
    {
        if (_known.Count > KnownMax) _known.Clear();
        var outlook = _known.GetOrAdd(user, _ => new Outlook());
        if (outlook.IsDue(time)) _ = AskAsync(user, outlook);
        return outlook.Churn;
    }

    private async Task AskAsync(UserId user, Outlook outlook)
    {
        try
        {
            outlook.Churn = (await grains.GetGrain<IUserGrain>(user.Value).GetOutlookAsync()).Churn;
        }
        // What was known stays; asked again when it is due again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotAsked(exception, user);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The outlook of {User} is not known; asked again shortly")]
    private partial void LogNotAsked(Exception exception, UserId user);

    private sealed class Outlook
    {
        private readonly Lock _gate = new();
        private long? _askedAt;
        private double? _churn;

        public double? Churn
        {
            get { lock (_gate) return _churn; }
            set { lock (_gate) _churn = value; }
        }

        /// <returns>True once per lifetime: whoever gets it asks.</returns>
        public bool IsDue(TimeProvider time)
        {
            lock (_gate)
            {
                if (_askedAt is { } asked && time.GetElapsedTime(asked) < Lifetime) return false;
                _askedAt = time.GetTimestamp();
                return true;
            }
        }
    }
}
