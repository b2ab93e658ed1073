using Engage.LoadGen.Protocol;

namespace Engage.Audience.Rooms;

/// <summary>What a teacher asks a room.</summary>
internal sealed record PollPhrase(Text Question, IReadOnlyList<Text> Choices);

/// <summary>What people of the demo say in rooms; {0} is a topic.</summary>
internal sealed record Phrases(
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Emoji,
    IReadOnlyList<Text> Say,
    IReadOnlyList<Text> Reply,
    IReadOnlyList<Text> Ask,
    IReadOnlyList<Text> Answer,
    IReadOnlyList<PollPhrase> Polls);
