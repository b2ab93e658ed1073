using System.Text.Json;
using Engage.Api.Tests.Rooms;

namespace Engage.Api.Tests.Privacy;

/// <summary>Plants a value in everything that somebody can write in a room, and that others write about her.</summary>
internal static class PlantedRooms
{
    /// <summary>As one of many.</summary>
    public static async Task SpeakAsync(RoomClient lin, RoomClient owner, PlantedValues planted)
    {
        var said = await SeqAsync(lin, new
        {
            @do = "say", id = Guid.NewGuid(), text = planted.Plant("message", "植入的消息甲七四三一"),
            mentions = new[] { owner.User },
        });
        await lin.ActAsync(new { @do = "edit", target = said, text = planted.Plant("edit", "植入的修改乙七四三一") });
        await AskAsync(lin, owner, planted);
        var other = await SayAsync(lin, planted.Plant("deleted message", "planted deleted 7431"));
        await owner.ActAsync(new
        {
            @do = "delete", target = other,
            reason = planted.Plant("deletion reason", "planted deletion 7431", isExported: false),
        });
        await HoldAsync(lin, owner, planted);
        await VoteAsync(lin, owner, planted);
        await lin.ActAsync(new { @do = "raiseHand", on = true });
        await owner.ActAsync(new { @do = "callHand", user = lin.User });
        await NameAsync(lin, owner, said, planted);
    }

    /// <summary>As somebody who holds a room.</summary>
    public static async Task ModerateAsync(RoomClient lin, RoomClient owner, PlantedValues planted)
    {
        var question = await SeqAsync(owner, new { @do = "ask", id = Guid.NewGuid(), text = "How?" });
        await lin.ActAsync(new
        {
            @do = "answer", question, text = planted.Plant("answer", "planted answer 7431"),
        });
        await lin.ActAsync(new
        {
            @do = "openPoll", id = Guid.NewGuid(), kind = "single",
            question = planted.Plant("poll question", "planted poll 7431"),
            choices = new[] { planted.Plant("poll choice", "planted choice 7431"), "another" },
        });
        await lin.ActAsync(new
        {
            @do = "settings", filteredWords = new[] { planted.Plant("filtered word", "plantedfilter7431") },
        });
    }

    private static async Task AskAsync(RoomClient lin, RoomClient owner, PlantedValues planted)
    {
        var signed = await SeqAsync(lin, new
        {
            @do = "ask", id = Guid.NewGuid(), text = planted.Plant("question", "植入的问题丙七四三一"),
        });
        await lin.ActAsync(new
        {
            @do = "edit", target = signed, text = planted.Plant("question edit", "planted question edit 7431"),
        });
        await lin.ActAsync(new
        {
            @do = "ask", id = Guid.NewGuid(), anonymous = true,
            text = planted.Plant("anonymous question", "planted anonymous 7431"),
        });
        var removed = await SeqAsync(lin, new
        {
            @do = "ask", id = Guid.NewGuid(), anonymous = true,
            text = planted.Plant("removed anonymous question", "planted removed 7431"),
        });
        await owner.ActAsync(new { @do = "delete", target = removed, reason = "off topic" });
    }

    /// <summary>One that a moderator let through, one she did not, and one that still waits.</summary>
    private static async Task HoldAsync(RoomClient lin, RoomClient owner, PlantedValues planted)
    {
        await owner.ActAsync(new { @do = "settings", holdMessages = true });
        var approved = await SayAsync(lin, planted.Plant("released message", "planted released 7431"));
        var rejected = await SayAsync(lin, planted.Plant("rejected message", "planted rejected 7431"));
        await SayAsync(lin, planted.Plant("held message", "planted held 7431"));
        await owner.ActAsync(new { @do = "review", held = approved, approve = true });
        await owner.ActAsync(new { @do = "review", held = rejected, approve = false });
        await owner.ActAsync(new { @do = "settings", holdMessages = false });
    }

    /// <summary>A cloud that is closed, and one that is open when she is erased.</summary>
    private static async Task VoteAsync(RoomClient lin, RoomClient owner, PlantedValues planted)
    {
        foreach (var (name, word) in new[] { ("closed", "plantedwordone"), ("open", "plantedwordtwo") })
        {
            var poll = await SeqAsync(owner, new
            {
                @do = "openPoll", id = Guid.NewGuid(), kind = "wordCloud", question = "One word?",
            });
            await lin.ActAsync(new { @do = "vote", poll, word = planted.Plant($"word of a cloud that is {name}", word) });
            if (name == "closed") await owner.ActAsync(new { @do = "closePoll", poll });
        }
    }

    /// <summary>Her name in what others say.</summary>
    private static async Task NameAsync(RoomClient lin, RoomClient owner, long said, PlantedValues planted)
    {
        var name = planted["display name"];
        await owner.ActAsync(new
        {
            @do = "say", id = Guid.NewGuid(), text = $"@{name} well said", mentions = new[] { lin.User },
        });
        var reply = await SeqAsync(owner, new
        {
            @do = "say", id = Guid.NewGuid(), text = $"as {name} has it", replyTo = said,
        });
        await owner.ActAsync(new { @do = "edit", target = reply, text = $"as {name} had it" });
        await owner.ActAsync(new { @do = "pin", target = reply });
    }

    private static Task<long> SayAsync(RoomClient lin, string text) =>
        SeqAsync(lin, new { @do = "say", id = Guid.NewGuid(), text });

    private static async Task<long> SeqAsync(RoomClient person, object action) =>
        (await person.ActAsync(action)).GetProperty("seq").GetInt64();
}
