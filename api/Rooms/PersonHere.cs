using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// Somebody with connections of this node in a room, or about to have one. Guarded by the audience's lock.
/// </summary>
internal sealed class PersonHere(Person person)
{
    private volatile Standing? _standing;

    public Person Person => person;

    public bool IsStandingKnown => _standing is not null;

    /// <summary>The newest that was heard; who was never mentioned is a visitor.</summary>
    public Standing Standing { get => _standing ?? Standing.Visitor; set => _standing = value; }

    /// <summary>Which of the audience's changes last told who she is, her coming included: older news does not count.</summary>
    public long ChangedAt { get; set; }

    public List<RoomListener> Connections { get; } = [];

    /// <summary>Joins under way: the person is kept, so that a ban meanwhile finds her.</summary>
    public int Joining { get; set; }

    /// <summary>Where the log stood when her first connection came; names her visit.</summary>
    public long EnteredAt { get; set; }

    public Removal? Removal { get; set; }
}
