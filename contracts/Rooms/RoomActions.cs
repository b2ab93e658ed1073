using System.Text.Json.Serialization;

namespace Engage.Contracts.Rooms;

/// <summary>
/// What people can do in a room; on the wire a JSON object whose <c>do</c> names it. docs/protocol.md, "Rooms", has the
/// rules. Ids are UUIDs of the client: the same person's action with the same id is taken once.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.room-action")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(Say), "say")]
[JsonDerivedType(typeof(Edit), "edit")]
[JsonDerivedType(typeof(Delete), "delete")]
[JsonDerivedType(typeof(ReactTo), "reactTo")]
[JsonDerivedType(typeof(Pin), "pin")]
[JsonDerivedType(typeof(Ask), "ask")]
[JsonDerivedType(typeof(Upvote), "upvote")]
[JsonDerivedType(typeof(AnswerQuestion), "answer")]
[JsonDerivedType(typeof(OpenPoll), "openPoll")]
[JsonDerivedType(typeof(Vote), "vote")]
[JsonDerivedType(typeof(ClosePoll), "closePoll")]
[JsonDerivedType(typeof(RaiseHand), "raiseHand")]
[JsonDerivedType(typeof(CallHand), "callHand")]
[JsonDerivedType(typeof(StartRoom), "start")]
[JsonDerivedType(typeof(EndRoom), "end")]
[JsonDerivedType(typeof(ChangeSettings), "settings")]
[JsonDerivedType(typeof(Review), "review")]
[JsonDerivedType(typeof(Mute), "mute")]
[JsonDerivedType(typeof(Ban), "ban")]
[JsonDerivedType(typeof(GrantRole), "grant")]
public abstract record RoomAction;

/// <param name="ReplyTo">Seq of the message that this answers.</param>
/// <param name="Mentions">People who are told, at most 10.</param>
[GenerateSerializer, Immutable, Alias("engage.say")]
public sealed record Say(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Text,
    [property: Id(2)] long? ReplyTo = null,
    [property: Id(3)] UserId[]? Mentions = null) : RoomAction;

/// <summary>One's own message or question, within the time that the room's settings allow.</summary>
[GenerateSerializer, Immutable, Alias("engage.edit")]
public sealed record Edit([property: Id(0)] long Target, [property: Id(1)] string Text) : RoomAction;

/// <summary>One's own message or question, or as a moderator anybody's: a tombstone stays.</summary>
[GenerateSerializer, Immutable, Alias("engage.delete")]
public sealed record Delete([property: Id(0)] long Target, [property: Id(1)] string? Reason = null) : RoomAction;

/// <param name="On">False withdraws it.</param>
[GenerateSerializer, Immutable, Alias("engage.react-to")]
public sealed record ReactTo(
    [property: Id(0)] long Target, [property: Id(1)] string Emoji, [property: Id(2)] bool On = true) : RoomAction;

/// <param name="On">False unpins it.</param>
[GenerateSerializer, Immutable, Alias("engage.pin")]
public sealed record Pin([property: Id(0)] long Target, [property: Id(1)] bool On = true) : RoomAction;

/// <param name="Anonymous">Nobody but the log's keeper learns who asked.</param>
[GenerateSerializer, Immutable, Alias("engage.ask")]
public sealed record Ask(
    [property: Id(0)] Guid Id, [property: Id(1)] string Text, [property: Id(2)] bool Anonymous = false) : RoomAction;

/// <param name="Question">Seq of the question.</param>
[GenerateSerializer, Immutable, Alias("engage.upvote")]
public sealed record Upvote([property: Id(0)] long Question, [property: Id(1)] bool On = true) : RoomAction;

/// <summary>Moderators: marks a question answered, with or without a written answer.</summary>
[GenerateSerializer, Immutable, Alias("engage.answer")]
public sealed record AnswerQuestion(
    [property: Id(0)] long Question, [property: Id(1)] string? Text = null) : RoomAction;

[GenerateSerializer, Alias("engage.poll-kind")]
public enum PollKind
{
    Single = 1,
    Multiple = 2,

    /// <summary>A number between two bounds; results are a mean and a histogram.</summary>
    Slider = 3,

    /// <summary>A word or two of one's own.</summary>
    WordCloud = 4,

    /// <summary>Single choice with right answers: scores by correctness and speed, with a leader board.</summary>
    Quiz = 5,
}

/// <param name="Choices">2 to 10 for choices and quizzes; null for the others.</param>
/// <param name="Right">Quiz: the index of the right choice; not shown before it is closed.</param>
/// <param name="ShowResults">Whether totals are shown while it is open.</param>
/// <param name="OpenFor">Closes by itself; null: when a moderator closes it. At most a day.</param>
[GenerateSerializer, Immutable, Alias("engage.open-poll")]
public sealed record OpenPoll(
    [property: Id(0)] Guid Id,
    [property: Id(1)] PollKind Kind,
    [property: Id(2)] string Question,
    [property: Id(3)] string[]? Choices = null,
    [property: Id(4)] int? Right = null,
    [property: Id(5)] double? Minimum = null,
    [property: Id(6)] double? Maximum = null,
    [property: Id(7)] bool ShowResults = true,
    [property: Id(8)] TimeSpan? OpenFor = null) : RoomAction;

/// <summary>One's vote; a later one replaces it while the poll is open, but a quiz takes the first only.</summary>
/// <param name="Poll">Seq of the poll.</param>
[GenerateSerializer, Immutable, Alias("engage.vote")]
public sealed record Vote(
    [property: Id(0)] long Poll,
    [property: Id(1)] int[]? Choices = null,
    [property: Id(2)] double? Value = null,
    [property: Id(3)] string? Word = null) : RoomAction;

[GenerateSerializer, Immutable, Alias("engage.close-poll")]
public sealed record ClosePoll([property: Id(0)] long Poll) : RoomAction;

[GenerateSerializer, Immutable, Alias("engage.raise-hand")]
public sealed record RaiseHand([property: Id(0)] bool On = true) : RoomAction;

/// <summary>Moderators: calls the next in the queue (no user given) or somebody in it.</summary>
[GenerateSerializer, Immutable, Alias("engage.call-hand")]
public sealed record CallHand([property: Id(0)] UserId? User = null) : RoomAction;

[GenerateSerializer, Immutable, Alias("engage.start-room")]
public sealed record StartRoom : RoomAction;

[GenerateSerializer, Immutable, Alias("engage.end-room")]
public sealed record EndRoom : RoomAction;

/// <summary>Moderators: what is null stays as it is.</summary>
/// <param name="SlowMode">Between two messages of one person; zero: off. At most an hour.</param>
/// <param name="HoldQuestions">Questions wait for a moderator before others see them.</param>
/// <param name="FilteredWords">At most 200, each up to 40 characters; what contains one is held, or refused.</param>
[GenerateSerializer, Immutable, Alias("engage.change-settings")]
public sealed record ChangeSettings(
    [property: Id(0)] TimeSpan? SlowMode = null,
    [property: Id(1)] bool? MembersOnly = null,
    [property: Id(2)] bool? EmojiOnly = null,
    [property: Id(3)] bool? HoldMessages = null,
    [property: Id(4)] bool? HoldQuestions = null,
    [property: Id(5)] string[]? FilteredWords = null,
    [property: Id(6)] bool? RefuseFiltered = null) : RoomAction;

/// <param name="Held">Seq of what is held.</param>
[GenerateSerializer, Immutable, Alias("engage.review")]
public sealed record Review([property: Id(0)] long Held, [property: Id(1)] bool Approve) : RoomAction;

/// <param name="For">Zero lifts it.</param>
[GenerateSerializer, Immutable, Alias("engage.mute")]
public sealed record Mute(
    [property: Id(0)] UserId User, [property: Id(1)] TimeSpan For,
        [property: Id(2)] string? Reason = null) : RoomAction;

/// <param name="For">Null: for ever. Zero lifts it.</param>
/// <param name="EraseHistory">Also takes away all that this person has said here.</param>
[GenerateSerializer, Immutable, Alias("engage.ban")]
public sealed record Ban(
    [property: Id(0)] UserId User,
    [property: Id(1)] TimeSpan? For = null,
    [property: Id(2)] string? Reason = null,
    [property: Id(3)] bool EraseHistory = false) : RoomAction;

/// <summary>The owner: makes somebody moderator, member or visitor.</summary>
[GenerateSerializer, Immutable, Alias("engage.grant-role")]
public sealed record GrantRole([property: Id(0)] UserId User, [property: Id(1)] CommunityRole Role) : RoomAction;
