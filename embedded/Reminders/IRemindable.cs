using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain that reminders can call. One interface for all: the runtime names the reminder.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>
        /// A reminder is due; the grain was activated for it if need be. Ticks of one reminder never overlap. A failure
        /// is logged, and the next tick comes when it is due.
        /// </summary>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }
}

namespace Orleans.Runtime
{
    /// <summary>A registered reminder, to be given back when it is unregistered.</summary>
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    /// <summary>When a reminder ticks. All times are UTC.</summary>
    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.TickStatus")]
    public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        /// <summary>Ticks are due at this time plus whole periods.</summary>
        [Id(0)]
        public DateTime FirstTickTime { get; } = firstTickTime;

        [Id(1)]
        public TimeSpan Period { get; } = period;

        /// <summary>When this tick was sent.</summary>
        [Id(2)]
        public DateTime CurrentTickTime { get; } = timeStamp;

        public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
    }

    /// <summary>A reminder could not be registered or unregistered because another writer came between.</summary>
    public sealed class ReminderException(string message) : OrleansException(message);
}
