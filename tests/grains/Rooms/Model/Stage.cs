using System.Text;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

/// <summary>A room on paper: people act, what is decided is applied and kept as the log would keep it.</summary>
internal sealed class Stage
{
    public static readonly DateTimeOffset Begin = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, Standing> _standings = [];
    private readonly RoomOptions _options;

    public Stage(RoomOptions? options = null, DateTimeOffset? scheduledAt = null)
    {
        _options = options ?? new();
        Definition = new()
        {
            Id = new("r-1"), Community = new("g-1"), Creator = new("k-1"), Title = new() { En = "A lecture" },
            ScheduledAt = scheduledAt,
        };
        State = RoomState.New(Definition, _options);
        Put("owner", CommunityRole.Owner);
        Put("mod", CommunityRole.Moderator);
        Put("other-mod", CommunityRole.Moderator);
        Add(null, RoomState.Opening(Definition));
    }

    public Room Definition { get; }
    public RoomState State { get; private set; }
    public DateTimeOffset Now { get; set; } = Begin;
    public List<RoomEntry> Log { get; } = [];
    public Decision Last { get; private set; } = Decision.Nothing;

    public Standing Standing(string user) => _standings.GetValueOrDefault(user, Contracts.Rooms.Standing.Visitor);

    public void Put(string user, CommunityRole role) => _standings[user] = Standing(user) with { Role = role };

    public void Put(string user, Standing standing) => _standings[user] = standing;

    public static Person Person(string user) => new(new(user), $"Mr {user}");

    public Decision Decide(string user, RoomAction action) => State.Decide(
        new(Person(user), action), Standing(user), Now,
        RoomState.TargetOf(action) is { } target ? Standing(target.Value ?? "") : null);

    /// <summary>Decides and, where it is accepted, applies; the community hears of changed standings first.</summary>
    public Decision Do(string user, RoomAction action)
    {
        Last = Decide(user, action);
        if (Last.Standing is { } change) Change(change);
        foreach (var entry in Last.Number(State.Seq + 1, Now, Person(user))) Add(entry);
        return Last;
    }

    /// <summary>Does what must be accepted.</summary>
    /// <returns>The place of the first entry.</returns>
    public long Done(string user, RoomAction action)
    {
        var seq = State.Seq + 1;
        var decision = Do(user, action);
        Assert.Null(decision.Refusal);
        Assert.NotEmpty(decision.Facts);
        return seq;
    }

    /// <summary>Does what must be refused.</summary>
    public RoomRefusal Refused(string user, RoomAction action, string problem)
    {
        var decision = Do(user, action);
        Assert.NotNull(decision.Refusal);
        Assert.Empty(decision.Facts);
        Assert.Equal(problem, decision.Refusal.Problem);
        return decision.Refusal;
    }

    /// <summary>Does what must change nothing, and be answered well.</summary>
    public Decision Unchanged(string user, RoomAction action)
    {
        var decision = Do(user, action);
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Facts);
        return decision;
    }

    public long Say(string user, string text, long? replyTo = null) =>
        Done(user, new Say(Guid.NewGuid(), text, replyTo));

    public long Ask(string user, string text, bool anonymous = false) =>
        Done(user, new Ask(Guid.NewGuid(), text, anonymous));

    public void Pass(TimeSpan time)
    {
        Now += time;
        foreach (var fact in State.Due(Now)) Add(null, fact);
    }

    public void Reload() => State = RoomState.Load(State.Save(), Definition, _options);

    public RoomState Replayed()
    {
        var state = RoomState.New(Definition, _options);
        foreach (var entry in Log) state.Apply(RoomEntryJson.Read(RoomEntryJson.Log(entry)));
        return state;
    }

    public JsonElement Snapshot => Json(State.Snapshot().Everyone);
    public JsonElement ModeratorSnapshot => Json(State.Snapshot().Moderators);

    public static JsonElement Json(byte[] bytes) => JsonDocument.Parse(bytes).RootElement;
    public static string Text(RoomEntry entry) => Encoding.UTF8.GetString(RoomEntryJson.Write(entry));

    public RoomEntry At(long seq) => Log[(int)seq - 1];

    public void Add(Person? by, RoomFact fact) => Add(RoomEntry.Of(State.Seq + 1, Now, by, fact));

    private void Add(RoomEntry entry)
    {
        State.Apply(entry);
        Log.Add(entry);
    }

    private void Change(StandingChange change)
    {
        var before = Standing(change.User.Value);
        _standings[change.User.Value] = before with
        {
            Role = change.Role ?? before.Role, BannedUntil = change.BannedUntil ?? before.BannedUntil,
            BanReason = change.BanReason ?? before.BanReason, MutedUntil = change.MutedUntil ?? before.MutedUntil,
            MuteReason = change.MuteReason ?? before.MuteReason,
        };
    }
}
