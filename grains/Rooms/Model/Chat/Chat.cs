using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>What people say, and what they do with it.</summary>
internal sealed class Chat(RoomOptions options, Course course, Paces paces, Screening screening) : RoomPart
{
    private static readonly JsonEncodedText PinnedName = JsonNames.Name("pinned"),
        MessagesName = JsonNames.Name("messages"), ReactionsName = JsonNames.Name("reactions"),
        EditedName = JsonNames.Name("edited");

    private readonly Messages _messages = new(options);
    private readonly SortedSet<long> _changed = [];
    private bool _pinsChanged;

    public Decision DecideSay(Say say, in Act act)
    {
        var text = RoomText.Clean(say.Text, options.TextLengthMax);
        if (text.Wrong is { } wrong) return Decision.Refuse(Refusals.Invalid($"text {wrong}"));

        var mentions = say.Mentions is { Length: > 0 } people ? people.Distinct().ToArray() : [];
        if (CheckMentions(mentions) is { } bad) return Decision.Refuse(Refusals.Invalid(bad));
        if (say.ReplyTo is { } target && Find(target, out _) is { } missing) return Decision.Refuse(missing);
        if (act.Moderates) return Decision.Made(new Said(say.Id, text.Text, say.ReplyTo, mentions));
        if (RefuseStyle(text.Text) is { } style) return Decision.Refuse(style);

        var slowMode = course.Settings.SlowMode;
        if (paces.WaitToSpeak(act.User, act.Now, (long)slowMode.TotalMilliseconds) is > 0 and var wait)
            return Decision.Refuse(Refusals.SlowMode(slowMode, wait));

        return screening.Pass(act.User, text.Text, course.Settings.HoldMessages, word => word is null
            ? new Said(say.Id, text.Text, say.ReplyTo, mentions)
            : new Held(RoomEntryKind.Said, say.Id, text.Text, say.ReplyTo, mentions, false, null, word.Word));
    }

    public Decision DecideEdit(Edit edit, in Act act)
    {
        if (Find(edit.Target, out var message) is { } missing) return Decision.Refuse(missing);
        if (message.By != act.User)
            return Decision.Refuse(Refusals.Forbidden($"message {edit.Target} is not yours; only its author edits it"));

        var age = act.Now - message.At;
        if (age > options.EditWindow.TotalMilliseconds)
            return Decision.Refuse(Refusals.Conflict(
                $"message {edit.Target} was said {age / 60_000} minutes ago and can be edited for " +
                $"{options.EditWindow.TotalMinutes:0}; delete it or say it anew"));

        var text = RoomText.Clean(edit.Text, options.TextLengthMax);
        if (text.Wrong is { } wrong) return Decision.Refuse(Refusals.Invalid($"text {wrong}"));
        if (text.Text == message.Text) return Decision.Nothing;
        if (act.Moderates) return Decision.Made(new Edited(edit.Target, text.Text));

        return RefuseStyle(text.Text) is { } style
            ? Decision.Refuse(style)
            : screening.Pass(act.User, text.Text, course.Settings.HoldMessages, word => word is null
                ? new Edited(edit.Target, text.Text)
                : new Held(RoomEntryKind.Edited, null, text.Text, null, [], false, edit.Target, word.Word));
    }

    public Decision DecideDelete(Delete delete, string? reason, in Act act)
    {
        if (Find(delete.Target, out var message, deletedToo: true) is { } missing) return Decision.Refuse(missing);
        if (message.IsDeleted) return Decision.Nothing;
        if (message.By == act.User) return Decision.Made(new Deleted(delete.Target, reason));

        return act.Moderates
            ? Decision.Made(new Deleted(delete.Target, reason),
                new DeletionAudited(delete.Target, message.By, message.Text, reason))
            : Decision.Refuse(Refusals.Forbidden(
                $"message {delete.Target} is not yours; its author and moderators delete it"));
    }

    public Decision DecideReact(ReactTo react, in Act act)
    {
        if (!EmojiText.IsEmoji(react.Emoji))
            return Decision.Refuse(Refusals.Invalid($"emoji is '{Refusals.Short(react.Emoji)}', expected one emoji"));
        if (Find(react.Target, out var message) is { } missing) return Decision.Refuse(missing);
        if (message.HasReaction(react.Emoji, act.User) == react.On) return Decision.Nothing;
        if (react.On && RefuseReaction(message, react.Emoji) is { } full) return Decision.Refuse(full);

        return Decision.Made(new ReactedTo(react.Target, react.Emoji, react.On));
    }

    public Decision DecidePin(Pin pin)
    {
        if (Find(pin.Target, out var message) is { } missing) return Decision.Refuse(missing);
        if (message.IsPinned == pin.On) return Decision.Nothing;
        if (!pin.On) return Decision.Made(new Unpinned(pin.Target));

        return _messages.Pinned.Count >= options.PinsMax
            ? Decision.Refuse(Refusals.TooMany($"{options.PinsMax} messages are pinned already; unpin one first"))
            : Decision.Made(new Pinned(pin.Target));
    }

    /// <summary>Whether an edit that was held still has something to change.</summary>
    public bool Has(long target) => _messages.Find(target) is { IsDeleted: false };

    /// <summary>Whether she said one of the messages that are remembered.</summary>
    public bool HasSpoken(UserId user) => _messages.HasAuthor(user);

    public MessageAuthors Authors => _messages.Authors;

    /// <summary>Who said it; null: it is not remembered.</summary>
    public UserId? AuthorOf(long seq) => _messages.Find(seq)?.By;

    /// <summary>What it answers; null: nothing, or it is not remembered.</summary>
    public long? ReplyOf(long seq) => _messages.Find(seq)?.ReplyTo;

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            case Said said when entry.By is { } by:
                _messages.Add(new()
                {
                    Seq = entry.Seq, By = by, Name = entry.Name ?? "", Id = said.Id, At = RoomTime.Of(entry.At),
                    Text = said.Text, ReplyTo = said.ReplyTo,
                });
                break;
            case Edited edited when _messages.Find(edited.Target) is { IsDeleted: false } message:
                (message.Text, message.IsEdited) = (edited.Text, true);
                _pinsChanged |= message.IsPinned;
                break;
            case Deleted deleted when _messages.Find(deleted.Target) is { } message:
                Delete(message);
                break;
            case HistoryErased erased:
                foreach (var message in _messages.All.Where(message => message.By == erased.User).ToArray())
                    Delete(message);
                break;
            case ReactedTo reacted when entry.By is { } by &&
                _messages.Find(reacted.Target) is { IsDeleted: false } message:
                _messages.React(message, reacted, by);
                _changed.Add(message.Seq);
                break;
            case Pinned pinned when _messages.Find(pinned.Target) is { IsDeleted: false } message:
                _messages.Pin(message);
                _pinsChanged = true;
                break;
            case Unpinned unpinned when _messages.Find(unpinned.Target) is { } message:
                _messages.Unpin(message);
                _pinsChanged = true;
                break;
        }
    }

    public override bool HasChanges => _pinsChanged || _changed.Count > 0;

    public override void Taken()
    {
        _pinsChanged = false;
        _changed.Clear();
    }

    public override void WriteTo(Utf8JsonWriter json, bool all)
    {
        if (all || _pinsChanged) WritePins(json);
        var messages = all
            ? _messages.Newest(options.MessagesInSnapshot).Where(message => message.Reactions is { Count: > 0 })
            : _changed.Select(_messages.Find).OfType<Message>().Where(message => !message.IsDeleted);
        var any = false;
        foreach (var message in messages)
        {
            if (!any) json.WriteStartObject(MessagesName);
            any = true;
            json.WriteSeqName(message.Seq);
            message.WriteReactionsTo(json, ReactionsName);
        }
        if (any) json.WriteEndObject();
    }

    public override void Save(BinaryWriter writer) => _messages.Save(writer);
    public override void Load(BinaryReader reader) => _messages.Load(reader);

    private void Delete(Message message)
    {
        _pinsChanged |= message.IsPinned;
        _messages.Delete(message);
        _changed.Remove(message.Seq);
    }

    private string? CheckMentions(UserId[] mentions)
    {
        if (mentions.Length > options.MentionsMax)
            return $"mentions has {mentions.Length} people, expected at most {options.MentionsMax}";

        return Array.FindIndex(mentions, user => !IdText.IsValid(user.Value)) is >= 0 and var bad
            ? $"mentions[{bad}] is not a user id"
            : null;
    }

    private RoomRefusal? RefuseStyle(string text) =>
        course.Settings.EmojiOnly && !EmojiText.IsOnlyEmoji(text) ? Refusals.EmojiOnly() : null;

    private RoomRefusal? RefuseReaction(Message message, string emoji)
    {
        if (message.Reactions?.Count >= options.EmojisPerMessageMax &&
            !message.Reactions.Exists(reaction => reaction.Emoji == emoji))
            return Refusals.TooMany(
                $"message {message.Seq} has {options.EmojisPerMessageMax} different emoji already; " +
                "join one of them");

        return _messages.Reactions >= options.ReactionsRemembered
            ? Refusals.TooMany(
                $"the room's messages have {_messages.Reactions} reactions, which is all it remembers; " +
                "react to the moment instead")
            : null;
    }

    private RoomRefusal? Find(long seq, out Message message, bool deletedToo = false)
    {
        message = _messages.Find(seq)!;
        if (message is not null && (deletedToo || !message.IsDeleted)) return null;
        if (message is not null) return Refusals.NotFound($"message {seq} was deleted");

        return Refusals.NotFound(_messages.IsTooOld(seq)
            ? $"entry {seq} is too old: the room remembers its newest {options.MessagesRemembered} messages"
            : $"entry {seq} of this room is no message");
    }

    /// <summary>As the entry that said it, with the text that it has now.</summary>
    private void WritePins(Utf8JsonWriter json)
    {
        json.WriteStartArray(PinnedName);
        foreach (var message in _messages.Pinned)
        {
            json.WriteStartObject();
            json.WriteNumber(JsonNames.Seq, message.Seq);
            RoomTime.WriteTo(json, JsonNames.At, RoomTime.From(message.At));
            json.WriteString(JsonNames.Kind, JsonNames.Of(RoomEntryKind.Said));
            json.WriteString(JsonNames.By, message.By.Value);
            json.WriteString(JsonNames.PersonName, message.Name);
            json.WriteString(JsonNames.Id, message.Id);
            json.WriteString(JsonNames.Text, message.Text);
            json.WriteIfAny(JsonNames.ReplyTo, message.ReplyTo);
            if (message.IsEdited) json.WriteBoolean(EditedName, true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
