using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>How a room is run at the moment. Every room begins with <see cref="Default"/>.</summary>
/// <param name="SlowMode">Between two messages of one person, whole seconds; zero: off.</param>
/// <param name="MembersOnly">Visitors watch only.</param>
/// <param name="EmojiOnly">Messages are emoji and nothing else; moderators may write.</param>
/// <param name="HoldMessages">Messages wait for a moderator before others see them.</param>
/// <param name="FilteredWords">See <see cref="WordFilter"/>.</param>
/// <param name="RefuseFiltered">What contains a filtered word is refused; otherwise it is held.</param>
internal sealed record RoomSettings(
    TimeSpan SlowMode,
    bool MembersOnly,
    bool EmojiOnly,
    bool HoldMessages,
    bool HoldQuestions,
    string[] FilteredWords,
    bool RefuseFiltered)
{
    public static readonly RoomSettings Default = new(TimeSpan.Zero, false, false, false, false, [], false);

    private static readonly JsonEncodedText SlowModeSeconds = JsonNames.Name("slowModeSeconds"),
        MembersOnlyName = JsonNames.Name("membersOnly"), EmojiOnlyName = JsonNames.Name("emojiOnly"),
        HoldMessagesName = JsonNames.Name("holdMessages"), HoldQuestionsName = JsonNames.Name("holdQuestions"),
        FilteredWordsName = JsonNames.Name("filteredWords"), RefuseFilteredName = JsonNames.Name("refuseFiltered");

    public RoomSettings With(SettingsChanged fact) => this with
    {
        SlowMode = fact.SlowMode, MembersOnly = fact.MembersOnly, EmojiOnly = fact.EmojiOnly,
        HoldMessages = fact.HoldMessages, HoldQuestions = fact.HoldQuestions,
    };

    public RoomSettings With(FilterChanged fact) =>
        this with { FilteredWords = fact.Words, RefuseFiltered = fact.Refuse };

    public SettingsChanged Open => new(SlowMode, MembersOnly, EmojiOnly, HoldMessages, HoldQuestions);
    public FilterChanged Filter => new(FilteredWords, RefuseFiltered);

    /// <summary>What everyone reads, into an object that is open.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(SlowModeSeconds, (int)SlowMode.TotalSeconds);
        json.WriteBoolean(MembersOnlyName, MembersOnly);
        json.WriteBoolean(EmojiOnlyName, EmojiOnly);
        json.WriteBoolean(HoldMessagesName, HoldMessages);
        json.WriteBoolean(HoldQuestionsName, HoldQuestions);
    }

    /// <summary>What moderators read in addition.</summary>
    public void WriteFilterTo(Utf8JsonWriter json)
    {
        json.WriteStartArray(FilteredWordsName);
        foreach (var word in FilteredWords) json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteBoolean(RefuseFilteredName, RefuseFiltered);
    }
}
