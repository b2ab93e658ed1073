using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Who wants to speak, in order.</summary>
internal sealed class Hands(RoomOptions options) : RoomPart
{
    private static readonly JsonEncodedText HandsName = JsonNames.Name("hands");

    private readonly List<Hand> _hands = [];
    private bool _changed;

    private readonly record struct Hand(UserId User, string Name, long At);

    public Decision DecideRaise(RaiseHand raise, in Act act)
    {
        if (IndexOf(act.User) >= 0 == raise.On) return Decision.Nothing;
        if (raise.On && _hands.Count >= options.HandsMax)
            return Decision.Refuse(Refusals.TooMany($"{_hands.Count} hands are up, which is all the room takes"));

        return Decision.Made(new HandMoved(
            raise.On ? RoomEntryKind.HandRaised : RoomEntryKind.HandLowered, act.User, act.By.Name));
    }

    public Decision DecideCall(CallHand call)
    {
        var index = call.User is { } user ? IndexOf(user) : 0;
        if (index < 0) return Decision.Refuse(Refusals.NotFound($"the hand of '{call.User}' is not up"));
        if (_hands.Count == 0) return Decision.Refuse(Refusals.NotFound("no hand is up"));

        return Decision.Made(new HandMoved(RoomEntryKind.HandCalled, _hands[index].User, _hands[index].Name));
    }

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            case HandMoved { Kind: RoomEntryKind.HandRaised } raised when IndexOf(raised.User) < 0:
                _hands.Add(new(raised.User, raised.Name, RoomTime.Of(entry.At)));
                _changed = true;
                break;
            case HandMoved { Kind: not RoomEntryKind.HandRaised } moved:
                Lower(moved.User);
                break;
            case Restricted { Kind: RoomEntryKind.Banned or RoomEntryKind.Muted } restricted:
                Lower(restricted.User);
                break;
            case Ended when _hands.Count > 0:
                _hands.Clear();
                _changed = true;
                break;
        }
    }

    public override bool HasModeratorChanges => _changed;
    public override void Taken() => _changed = false;

    public override void WriteForModerators(Utf8JsonWriter json, bool all)
    {
        if (!all && !_changed) return;

        json.WriteStartArray(HandsName);
        foreach (var (user, name, at) in _hands)
        {
            json.WriteStartObject();
            json.WriteString(JsonNames.User, user.Value);
            json.WriteString(JsonNames.PersonName, name);
            RoomTime.WriteTo(json, JsonNames.At, RoomTime.From(at));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public override void Save(BinaryWriter writer) => writer.WriteAll(_hands, hand =>
    {
        writer.Write(hand.User);
        writer.Write(hand.Name);
        writer.Write(hand.At);
    });

    public override void Load(BinaryReader reader) =>
        _hands.AddRange(reader.ReadAll(() => new Hand(reader.ReadUser(), reader.ReadString(), reader.ReadInt64())));

    private int IndexOf(UserId user) => _hands.FindIndex(hand => hand.User == user);

    private void Lower(UserId user) => _changed |= _hands.RemoveAll(hand => hand.User == user) > 0;
}
