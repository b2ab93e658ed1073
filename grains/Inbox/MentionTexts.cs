using System.Text.Json;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Inbox;

/// <summary>
/// Mentions as their rooms say them now. An inbox keeps where somebody was mentioned and by whom, never the words: when
/// a message is deleted, or its author or somebody it names is erased, the words are gone from all inboxes at once.
/// </summary>
internal sealed partial class MentionTexts(IGrainFactory grains, ILogger logger)
{
    /// <summary>What an inbox keeps.</summary>
    public static Mention WithoutWords(Mention mention) =>
        mention with { By = new(mention.By.User, ""), Text = "" };

    /// <returns>
    /// In the same order. Those that are gone are left out, and for this time those of a room that does not answer.
    /// </returns>
    public async Task<Mention[]> ReadAsync(IReadOnlyList<Mention> kept)
    {
        var rooms = await Task.WhenAll(kept.GroupBy(mention => mention.Room).Select(ReadRoomAsync));
        var found = rooms.SelectMany(read => read).ToDictionary(mention => (mention.Room, mention.Seq));
        return [.. kept.Select(mention => found.GetValueOrDefault((mention.Room, mention.Seq))).OfType<Mention>()];
    }

    private async Task<List<Mention>> ReadRoomAsync(IGrouping<Contracts.RoomId, Mention> kept)
    {
        var mentions = kept.ToDictionary(mention => mention.Seq);
        try
        {
            var entries = await grains.GetGrain<IRoomGrain>(kept.Key.Value).ReadEachAsync(
                [.. mentions.Keys], CancellationToken.None);
            return [.. entries.Select(entry => Read(mentions[entry.Seq], entry)).OfType<Mention>()];
        }
        // They stay in the inbox; whoever looks again sees them.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotRead(exception, kept.Key.Value);
            return [];
        }
    }

    /// <returns>Null: the words are gone.</returns>
    private static Mention? Read(Mention mention, LoggedEntry entry)
    {
        if (entry.Kind != RoomEntryKind.Said || entry.By != mention.By.User) return null;

        using var document = JsonDocument.Parse(entry.Json);
        var said = document.RootElement;
        if (said.TryGetProperty("deleted", out _) || !said.TryGetProperty("text", out var text)) return null;
        var name = said.TryGetProperty("name", out var signed) ? signed.GetString()! : "";
        return mention with { By = new(mention.By.User, name), Text = text.GetString()! };
    }

    [LoggerMessage(LogLevel.Warning, "Room {Room} did not say what was said in it; its mentions are left out")]
    private partial void LogNotRead(Exception exception, string room);
}
