using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Grains.Durability;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Members;

/// <summary>
/// The people of one community. A change is durable before anybody sees it. What is written with each change is the
/// list of recent ones; the whole list, which may be megabytes, only when that is full.
/// </summary>
internal sealed partial class CommunityMembersGrain(
    [PersistentState("members")] IPersistentState<MembersState> people,
    [PersistentState("memberChanges")] IPersistentState<MemberChangesState> changes,
    IPersonalVault vault,
    TimeProvider time,
    ILogger<CommunityMembersGrain> logger) : Grain, ICommunityMembersGrain
{
    private const int ChangesMax = 512;
    private readonly MemberList _members = new();
    private readonly RoomWatches _watches = new();

    private SealedStandings Reasons => new(vault, this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await PutAsync(people.State.People.Select(pair => new MemberChange(pair.Key, pair.Value, people.State.Sealed)));
        // A stop between the two writes leaves changes behind that the list has already.
        var known = (int)Math.Clamp(people.State.Through - changes.State.After, 0, changes.State.Changes.Count);
        await PutAsync(changes.State.Changes.Skip(known));
    }

    public Task<Standing[]> GetStandingsAsync(UserId[] users) =>
        Task.FromResult(Array.ConvertAll(users, user => _members.Of(user.Value)));

    public async Task<Standing> ChangeAsync(StandingChange change)
    {
        var now = time.GetUtcNow();
        var user = change.User.Value;
        var by = change.By is { } someone ? _members.Of(someone.Value) : null;
        if (StandingRules.Refusal(change, by, _members.Of(user), _members.Owners, now) is { } refusal)
            throw new StandingRefusedException($"Community '{this.GetPrimaryKeyString()}': {refusal}");

        var known = _members.Of(user);
        var standing = StandingRules.Apply(known, change, now);
        if (standing != known)
        {
            CheckRoom(user, standing, now);
            await StoreAsync(new(user, standing));
            _members.Put(user, standing);
            Tell(change.User, standing, now);
        }
        // Also where it was so before: an earlier answer may have been lost on the way to her list.
        if (known.Role == CommunityRole.Owner || standing.Role == CommunityRole.Owner)
            await GrainFactory.GetGrain<IOwnershipsGrain>(user)
                .NoteCommunityAsync(new(this.GetPrimaryKeyString()), standing.Role == CommunityRole.Owner);
        return standing;
    }

    public Task WatchAsync(RoomId room)
    {
        _watches.Add(room, time.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task<MembersPage> ListAsync(string? after, int limit) =>
        Task.FromResult(_members.Page(after, limit, time.GetUtcNow()));

    public async Task EraseAsync(UserId user)
    {
        var isThere = _members.Of(user.Value) != Standing.Visitor;
        if (!isThere && !people.State.People.ContainsKey(user.Value)
            && !changes.State.Changes.Exists(change => change.User == user.Value))
            return;

        await StoreAsync(new(user.Value, Standing.Visitor));
        _members.Put(user.Value, Standing.Visitor);
        if (isThere) Tell(user, Standing.Visitor, time.GetUtcNow());
        // Earlier changes say why she was banned.
        await changes.ReplaceOrLeaveAsync(await FoldAsync(), this);
    }

    private async Task PutAsync(IEnumerable<MemberChange> stored)
    {
        var all = stored.ToArray();
        var opened = new Queue<Standing>(await Reasons.OpenAsync(
            [.. all.Where(change => change.Sealed).Select(change => (change.User, change.Standing))]));
        foreach (var change in all) _members.Put(change.User, change.Sealed ? opened.Dequeue() : change.Standing);
    }

    private void CheckRoom(string user, Standing standing, DateTimeOffset now)
    {
        if (standing == Standing.Visitor || _members.Of(user) != Standing.Visitor) return;
        if (_members.Count >= ICommunityMembersGrain.MembersMax) _members.Expire(now);
        if (_members.Count >= ICommunityMembersGrain.MembersMax)
            throw new StandingRefusedException(
                $"Community '{this.GetPrimaryKeyString()}' has {_members.Count} people with a role or restriction, "
                + $"at most {ICommunityMembersGrain.MembersMax}; take some away before '{user}' gets one.");
    }

    private async Task StoreAsync(MemberChange change)
    {
        var reasons = await Reasons.SealAsync(change.User, change.Standing);
        var kept = new MemberChange(change.User, reasons, Sealed: true);
        var before = changes.State.Changes.Count >= ChangesMax ? await FoldAsync() : changes.State;
        await changes.ReplaceOrLeaveAsync(new() { After = before.After, Changes = [.. before.Changes, kept] }, this);
    }

    /// <returns>The changes that are left: none.</returns>
    private async Task<MemberChangesState> FoldAsync()
    {
        _members.Expire(time.GetUtcNow());
        var through = changes.State.After + changes.State.Changes.Count;
        var all = await Reasons.SealAsync(_members.Copy());
        await people.ReplaceOrLeaveAsync(new() { Through = through, Sealed = true, People = all }, this);
        return new() { After = through };
    }

    private void Tell(UserId user, Standing standing, DateTimeOffset now)
    {
        foreach (var room in _watches.Current(now)) _ = TellAsync(room, user, standing);
    }

    private async Task TellAsync(RoomId room, UserId user, Standing standing)
    {
        try
        {
            await GrainFactory.GetGrain<IRoomGrain>(room.Value).StandingChangedAsync(user, standing);
        }
        // The change stands. A room that is not reached asks again when it is active next.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotTold(exception, room, user);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Room {Room} was not told of the new standing of {User}")]
    private partial void LogNotTold(Exception exception, RoomId room, UserId user);
}
