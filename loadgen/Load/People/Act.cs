namespace Engage.LoadGen.Load.People;

/// <summary>Something that a person of the load does, from when it was due to its acknowledgement.</summary>
/// <param name="due">When it was meant to happen: latency counts from here, however late it is sent.</param>
internal sealed class Act(long due)
{
    public long Due => due;

    /// <summary>The message's id, the same in every attempt, so that it is taken once.</summary>
    public Guid Id { get; init; }

    public string Text { get; init; } = "";

    /// <summary>Reactions to the moment; 0: it is a message.</summary>
    public int Reactions { get; init; }

    /// <summary>Whether it has been sent at least once.</summary>
    public bool WasSent { get; set; }

    public bool IsReaction => Reactions > 0;
}

/// <summary>A message that the server acknowledged.</summary>
internal readonly record struct Acknowledged(Guid Id, long Seq);
