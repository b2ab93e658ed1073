using System.Globalization;
using Engage.Api.Commerce;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Engage.Api.Rooms;

/// <param name="Seq">Of the entry that was made; null if it makes none.</param>
/// <param name="Held">It waits for a moderator; null: it does not.</param>
internal sealed record ActAnswer(long? Seq, bool? Held)
{
    public static ActAnswer From(RoomOutcome outcome) => new(outcome.Seq, outcome.Held ? true : null);
}

/// <summary>What <c>JoinRoom</c> may say besides the room.</summary>
internal sealed record JoinOptions(long? After = null, int? Limit = null);

/// <summary>What <c>ReadRoom</c> may say besides the room.</summary>
internal sealed record PageOptions(long? After = null, long? Before = null, int? Limit = null);

/// <summary>The hub's way into rooms: checks what is said, delegates, and answers refusals as problems.</summary>
internal sealed class RoomDoor(
    RoomGateway gateway, RoomReading reading, EntitlementsGateway entitlements, Admission admission, TimeProvider time,
    IOptions<RoomGatewayOptions> options)
{
    private const int ReactionsMax = 20;
    private const int EmojiLengthMax = 16;
    private static readonly TimeSpan TypingPeriod = TimeSpan.FromSeconds(3);

    public async Task<JoinAnswer> JoinAsync(
        HubCallerContext caller, Argument<string> room, Argument<JoinOptions> how)
    {
        var id = IdOf(room);
        var request = Checked(how);
        var connection = ConnectionRooms.Of(caller);
        await connection.Joining.WaitAsync(caller.ConnectionAborted);
        try
        {
            var before = connection.In(id);
            if (before is null && connection.Count() >= options.Value.RoomsPerConnectionMax)
                throw HubProblems.Refusal(RoomProblems.Of(new(
                    "too-many",
                    $"This connection is in {options.Value.RoomsPerConnectionMax} rooms already, as many as one may be "
                    + "in; leave one first.")));

            var answer = await entitlements.EnterAsync(
                id, connection.Person.User, connection.Outbox, () => JoinAsync(connection, id, request, before));
            if (!connection.TryAdd(id, new(answer.LocalRoom, answer.Listener))) answer.LocalRoom.Leave(answer.Listener);
            return answer;
        }
        finally
        {
            connection.Joining.Release();
        }
    }

    public static async Task LeaveAsync(HubCallerContext caller, Argument<string> room)
    {
        var id = IdOf(room);
        if (ConnectionRooms.Find(caller) is not { } connection) return;
        await connection.Joining.WaitAsync(caller.ConnectionAborted);
        try
        {
            if (connection.Remove(id) is { } left) left.Room.Leave(left.Listener);
        }
        finally
        {
            connection.Joining.Release();
        }
    }

    /// <summary>The connection is gone.</summary>
    public static void LeaveAll(HubCallerContext caller)
    {
        if (ConnectionRooms.Find(caller) is not { } connection) return;
        foreach (var left in connection.End()) left.Room.Leave(left.Listener);
    }

    public Task<ActAnswer> ActAsync(HubCallerContext caller, Argument<string> room, Argument<RoomAction> action)
    {
        var id = IdOf(room);
        var (asked, error) = ClientActions.Of(action);
        if (asked is null) throw HubProblems.Refusal(Problem.InvalidRequest(error!));
        return ActAsync(caller, id, asked);
    }

    private async Task<ActAnswer> ActAsync(HubCallerContext caller, RoomId room, RoomAction action)
    {
        var person = ConnectionRooms.Of(caller).Person;
        if (await admission.RefusalAsync(Scopes.Of(room), person.User) is { } refusal)
            throw HubProblems.Refusal(refusal);
        return await AnswerAsync(ActAsync(room, person, action));
    }

    /// <summary>Whether the room is open to the caller is asked before.</summary>
    /// <exception cref="BusyException">Nothing was done.</exception>
    public Task<RoomOutcome> ActAsync(RoomId room, Person who, RoomAction action)
    {
        var command = new RoomCommand(who, action);
        while (true)
            if (gateway.Local(room).Submissions.ActAsync(command) is { } outcome)
                return outcome;
    }

    public static Task ReactAsync(
        HubCallerContext caller, Argument<string> room, Argument<string> emoji, Argument<int> count)
    {
        var inside = Inside(caller, IdOf(room));
        if (emoji.Error is not null || count.Error is not null || !IsEmoji(emoji.Value)
            || count.Value is < 1 or > ReactionsMax)
            throw HubProblems.Refusal(Problem.InvalidRequest(
                $"Expected one emoji and a whole number from 1 to {ReactionsMax}."));

        var (isEnded, isMembersOnly) = inside.Room.Course();
        var standing = inside.Listener.Person.Standing;
        if (!standing.Moderates && isEnded)
            throw Refused("not-live", "The room has ended: it takes no reactions any more.");
        if (isMembersOnly && standing.Role < CommunityRole.Member)
            throw Refused("members-only", "The room is for members at the moment, and you are a visitor: watch on.");
        // Its own listener keeps it open.
        return inside.Room.Submissions.ReactAsync(emoji.Value!, count.Value)!;
    }

    public void Typing(HubCallerContext caller, Argument<string> room)
    {
        var inside = Inside(caller, IdOf(room));
        if (inside.Listener.Person.Standing.IsMuted(time.GetUtcNow()) || !inside.MayType(time, TypingPeriod)) return;
        inside.Room.Submissions.Typing(inside.Listener.Person.Person);
    }

    public async Task<RoomPageAnswer> ReadAsync(
        HubCallerContext caller, Argument<string> room, Argument<PageOptions> page)
    {
        var id = IdOf(room);
        if (page.Error is not null) throw HubProblems.Refusal(Problem.InvalidRequest(page.Error));
        var wanted = page.Value ?? new();
        var connection = ConnectionRooms.Of(caller);
        var standing = connection.In(id) is { } inside ? inside.Listener.Person.Standing : null;
        if (await admission.RefusalAsync(Scopes.Of(id), connection.Person.User) is { } refusal)
            throw HubProblems.Refusal(refusal);
        var (answer, wrong) = await reading.ReadAsync(id, connection.Person.User, standing, wanted);
        return answer ?? throw HubProblems.Refusal(wrong!);
    }

    /// <summary>One character as people see it, and none that one types with letters.</summary>
    public static bool IsEmoji(string? text) =>
        text is { Length: > 0 and <= EmojiLengthMax }
        && StringInfo.GetNextTextElementLength(text) == text.Length
        && !char.IsLetterOrDigit(text, 0) && !char.IsControl(text[0]) && !char.IsWhiteSpace(text[0])
        && (text[0] > '\u007f' || text.Length > 1);

    private async Task<JoinAnswer> JoinAsync(
        ConnectionRooms connection, RoomId room, JoinRequest request, ConnectionRoom? before)
    {
        while (true)
        {
            var local = gateway.Local(room);
            try
            {
                if (await local.JoinAsync(connection.Outbox, connection.Person, request, before?.Listener)
                    is { } answer)
                    return answer;
            }
            catch (RoomMissingException)
            {
                gateway.CloseIfIdle(local, TimeSpan.Zero);
                throw HubProblems.Refusal(RoomProblems.Missing(room));
            }
            catch (RoomClosedToException closed)
            {
                throw HubProblems.Refusal(RoomProblems.ClosedTo(closed));
            }
        }
    }

    private static async Task<ActAnswer> AnswerAsync(Task<RoomOutcome> acting)
    {
        var outcome = await acting;
        return outcome.Refusal is { } refusal
            ? throw HubProblems.Refusal(RoomProblems.Of(refusal))
            : ActAnswer.From(outcome);
    }

    private static JoinRequest Checked(Argument<JoinOptions> how)
    {
        if (how.Error is not null) throw HubProblems.Refusal(Problem.InvalidRequest(how.Error));
        if (how.Value?.After is < 0)
            throw HubProblems.Refusal(Problem.InvalidRequest($"after: {how.Value.After}, expected 0 or more."));
        if (how.Value?.Limit is < 1 or > JoinRequest.LimitMax)
            throw HubProblems.Refusal(Problem.InvalidRequest(
                $"limit: {how.Value.Limit}, expected 1 to {JoinRequest.LimitMax}."));
        return new(how.Value?.After, how.Value?.Limit ?? JoinRequest.LimitDefault);
    }

    private static ConnectionRoom Inside(HubCallerContext caller, RoomId room) =>
        ConnectionRooms.Find(caller)?.In(room) ?? throw Refused(
            "not-joined", $"This connection is not in room '{room}'; join it first.");

    private static RoomId IdOf(Argument<string> room) => IdText.IsValid(room.Value)
        ? new(room.Value)
        : throw HubProblems.Refusal(Problem.InvalidRequest(
            $"room: expected the id of a room, 1 to {IdText.LengthMax} characters of A-Z a-z 0-9 . _ : -."));

    private static HubException Refused(string problem, string detail) =>
        HubProblems.Refusal(RoomProblems.Of(new(problem, detail)));
}
