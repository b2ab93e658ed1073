namespace Engage.Audience.Rooms;

/// <summary>One thing that somebody does in a room, as the hub takes it.</summary>
internal abstract record RoomAct
{
    /// <param name="Members">Of the argument of the hub's <c>Act</c>.</param>
    public sealed record Action(IReadOnlyDictionary<string, object> Members) : RoomAct;

    /// <summary>To the moment.</summary>
    public sealed record Reaction(string Emoji, int Count) : RoomAct;

    public static RoomAct Do(string what, params (string Name, object Value)[] members)
    {
        var action = new Dictionary<string, object> { ["do"] = what };
        foreach (var (name, value) in members) action[name] = value;
        return new Action(action);
    }
}
