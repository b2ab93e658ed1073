using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Load.People;

/// <summary>What happened in one part of a run, at one worker.</summary>
internal sealed class Tally
{
    /// <summary>Things that were due.</summary>
    public long Offered { get; set; }

    /// <summary>Of these, sent at least once.</summary>
    public long Sent { get; set; }

    public long Acknowledged { get; set; }

    /// <summary>Answers that said when to try again; each is tried again.</summary>
    public long Deferred { get; set; }

    /// <summary>Reactions whose connection was lost before the answer, where asking again is no use.</summary>
    public long Unknown { get; set; }

    /// <summary>Entries that reached somebody.</summary>
    public long Received { get; set; }

    public long Disconnected { get; set; }

    public long ReactionsAcknowledged { get; set; }

    public long VisitsAcknowledged { get; set; }

    /// <summary>Visits without an answer, which may have been counted.</summary>
    public long VisitsUnknown { get; set; }

    public Dictionary<string, long> Refused { get; } = [];

    /// <summary>From when a message was due to when somebody else had it.</summary>
    public LatencyHistogram Delivery { get; } = new();

    /// <summary>From when it was due to when the server said that it is durable.</summary>
    public LatencyHistogram Acknowledgement { get; } = new();

    /// <summary>From when something was due to when it was sent: what the generator itself adds.</summary>
    public LatencyHistogram Lag { get; } = new();

    /// <summary>From the loss of a connection to having all that was missed.</summary>
    public LatencyHistogram CatchUp { get; } = new();

    /// <summary>From when a visit was due to having the recommendations that count it.</summary>
    public LatencyHistogram Visit { get; } = new();

    public void Refuse(string problem) => Refused[problem] = Refused.GetValueOrDefault(problem) + 1;
}
