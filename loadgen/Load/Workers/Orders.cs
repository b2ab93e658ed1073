using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.LoadGen.Load.Workers;

/// <summary>What a run tells its worker processes: a JSON object a line on their standard input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "order")]
[JsonDerivedType(typeof(EnterOrder), "enter")]
[JsonDerivedType(typeof(PhaseOrder), "phase")]
[JsonDerivedType(typeof(CheckOrder), "check")]
internal abstract record Order;

/// <summary>All people of the worker connect and join the room.</summary>
/// <param name="Dialect"><c>engage</c>, <c>signalr</c>, <c>socketio</c> or <c>ws</c>.</param>
/// <param name="TokenFile">One access token a line; people use them in turns.</param>
/// <param name="Users">People of all workers together.</param>
/// <param name="SlowUsers">The first so many will stop reading at some time.</param>
/// <param name="RampSeconds">Over which they come; 0: as fast as they are let in.</param>
internal sealed record EnterOrder(
    string Dialect, Uri Server, string Room, string TokenFile, int Users, int Worker, int Workers, int SlowUsers,
    double RampSeconds, int Seed) : Order;

/// <summary>One part of a run: people talk and do other things for a while, then all is waited for.</summary>
internal sealed record PhaseOrder : Order
{
    /// <summary>When it begins, by the machine's monotonic clock, so that all workers begin together.</summary>
    public required long Begin { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Messages a second, of all workers together.</summary>
    public double Rate { get; init; }

    /// <summary><c>even</c>, <c>random</c> or <c>lecture</c>.</summary>
    public string Shape { get; init; } = "random";

    /// <summary>Recorded chats to follow instead of a shape.</summary>
    public string? Recording { get; init; }

    /// <summary>Each waits for her answer, then thinks; the rate is that of instant answers.</summary>
    public bool Closed { get; init; }

    public int Characters { get; init; } = 100;

    /// <summary>Reactions to the moment a second.</summary>
    public double Reactions { get; init; }

    /// <summary>So many of them are told in one call, 1 to 20.</summary>
    public int ReactionsPerCall { get; init; } = 1;

    /// <summary>Visits a second over HTTP: an event, then the recommendations that take it into account.</summary>
    public double Visits { get; init; }

    /// <summary>What is visited.</summary>
    public IReadOnlyList<string> Contents { get; init; } = [];

    /// <summary>All connections are dropped, and made again, at this second.</summary>
    public double? StormAt { get; init; }

    /// <summary>People a second who go; each comes back after a moment.</summary>
    public double Churn { get; init; }

    /// <summary>The slow people stop reading for this part.</summary>
    public bool SlowPause { get; init; }

    /// <summary>How long to wait, at the end, for what is still under way.</summary>
    public double DrainSeconds { get; init; } = 15;

    public int Seed { get; init; }
}

/// <summary>Holds what everybody received against the room's log.</summary>
/// <param name="SeqFile">Sequence numbers of all entries that everyone may see, one a line.</param>
internal sealed record CheckOrder(string SeqFile) : Order;

/// <summary>What workers tell: a JSON object a line on their standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "report")]
[JsonDerivedType(typeof(EnteredReport), "entered")]
[JsonDerivedType(typeof(SecondReport), "second")]
[JsonDerivedType(typeof(PhaseReport), "phase")]
[JsonDerivedType(typeof(CheckReport), "check")]
[JsonDerivedType(typeof(FailedReport), "failed")]
internal abstract record Report;

/// <param name="Seconds">Until the last was in.</param>
internal sealed record EnteredReport(int Connections, double Seconds) : Report;

/// <summary>About one second of a phase; latencies as <c>LatencyHistogram.ToPairs</c>.</summary>
/// <param name="Second">Since the phase began.</param>
/// <param name="Connections">In the room just now.</param>
/// <param name="Cpu">Share of the processor time that this worker may use.</param>
internal sealed record SecondReport(
    int Second, int Connections, long Acknowledged, long Received, double Cpu, long[] Delivery,
    long[] Acknowledgement) : Report;

/// <param name="Behind">
/// Connections that have not received what is known to be in the log, each entry once.
/// </param>
internal sealed record PhaseReport(
    double Seconds, int Connections, int Behind, long Unanswered, long Offered, long Sent, long Acknowledged,
    long ReactionsAcknowledged, long VisitsAcknowledged, long VisitsUnknown, long Deferred, long Unknown,
    long Received, long Disconnected,
    Dictionary<string, long> Refused, double Cpu, long[] Delivery, long[] Acknowledgement, long[] Lag,
    long[] CatchUp, long[] Visit, long Newest, string? LastFailure) : Report;

/// <param name="Reloads">Stays that could not go on where the one before ended.</param>
/// <param name="AcknowledgedFile">Lines of id and seq, of all messages that were acknowledged.</param>
internal sealed record CheckReport(
    long Expected, long Received, long Lost, long Doubled, long OutOfOrder, long Reloads,
    string AcknowledgedFile) : Report;

internal sealed record FailedReport(string Message) : Report;

internal static class Lines
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web);
}
