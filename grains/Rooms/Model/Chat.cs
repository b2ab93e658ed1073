using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>What people say.</summary>
internal sealed class Chat(RoomOptions options)
{
    public Decision DecideSay(Say say)
    {
        var text = say.Text?.Trim() ?? "";
        if (text.Length == 0 || text.Length > options.TextLengthMax)
            return Decision.Refuse(Refusals.Invalid(
                $"text has {text.Length} characters, expected 1 to {options.TextLengthMax}"));

        return Decision.Made(new Said(say.Id, text, say.ReplyTo, say.Mentions ?? []));
    }
}
