using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Grains.Catalogue;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Rooms;

/// <summary>
/// The door to one room: its definition, which lives in the catalogue, and its life, which follows from its log
/// (<see cref="RoomLife"/>). When a write leaves the log's end in doubt the activation goes, and the next one reads it.
/// </summary>
internal sealed class RoomGrain(
    [PersistentState("room")] IPersistentState<StoredRoom> stored,
    ICatalogueStore catalogue,
    CatalogueView view,
    IRoomLog log,
    IPersonalVault vault,
    RoomPaywall paywall,
    IOptions<RoomOptions> rules,
    IOptions<RoomServingOptions> options,
    RoomMetrics metrics,
    TimeProvider time,
    ILogger<RoomGrain> logger) : Grain, IRoomGrain, IRoomPulseGrain
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    private RoomLife? _life;
    private Task<RoomLife>? _opening;
    private IGrainTimer? _ticks;

    private RoomId Id => new(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync() is { } definition) await OpenAsync(definition, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _life?.CloseAsync().WaitAsync(cancellationToken) ?? Task.CompletedTask;

    public async Task<CreateReply<Room>> CreateAsync(Room definition, CancellationToken cancellationToken)
    {
        if (MissingReference(definition) is not null) await view.RefreshAsync(cancellationToken);
        if (MissingReference(definition) is { } missing) return new(CreateOutcome.MissingReference, null, missing);
        if (Mismatch(definition) is { } mismatch) return new(CreateOutcome.Mismatch, null, mismatch);

        var body = CatalogueJson.Write(definition);
        var (entry, added) = await catalogue.AddAsync(
            new(CatalogueKind.Room, definition.Id.Value, 0, definition.Creator.Value, definition.Community.Value, body),
            cancellationToken);
        var present = CatalogueJson.Read<Room>(entry);

        // It is durable now: it must become visible even if its creator has gone.
        await view.RefreshAsync(CancellationToken.None);
        await OpenAsync(present, CancellationToken.None);
        if (added) return new(CreateOutcome.Created, present, null);
        return new(
            entry.Body.Span.SequenceEqual(body) ? CreateOutcome.Unchanged : CreateOutcome.Conflict, present, null);
    }

    public async Task<RoomView?> GetAsync() => await LifeAsync() is { } life ? await life.ViewAsync() : null;

    public async Task<RoomAttachment> AttachAsync(
        IRoomObserver node, string nodeId, UserId[] present, long lastBatch) =>
        await LifeAsync() is { } life
            ? await Ticking(life).AttachAsync(node, nodeId, present, lastBatch)
            : new(null, 0, 0, [], []);

    public Task DetachAsync(IRoomObserver node, string nodeId)
    {
        _life?.Detach(nodeId);
        return Task.CompletedTask;
    }

    public async Task<RoomOutcome[]> SubmitAsync(RoomSubmission submission)
    {
        if (await LifeAsync() is not { } life)
            return [.. submission.Commands.Select(_ => new RoomOutcome(null, NotFound()))];
        if (await paywall.RefusalsAsync(Id, submission.Commands) is not { } refusals)
            return await Ticking(life).SubmitAsync(submission);

        var taken = await Ticking(life).SubmitAsync(submission with
        {
            Commands = [.. submission.Commands.Where((_, index) => refusals[index] is null)],
        });
        var next = 0;
        return [.. refusals.Select(refusal => refusal is null ? taken[next++] : new RoomOutcome(null, refusal))];
    }

    public async Task<RoomSnapshot> GetSnapshotAsync(long atLeastSeq) =>
        await LifeAsync() is { } life
            ? await life.SnapshotAsync(atLeastSeq)
            : new(0, "{}"u8.ToArray(), "{}"u8.ToArray());

    public async Task<RoomPage> ReadAsync(RoomPageRequest request, CancellationToken cancellationToken) =>
        await LifeAsync() is { } life
            ? await life.Reading.ReadAsync(request, cancellationToken)
            : new([], request.After ?? 0, More: false);

    public async Task<LoggedEntry[]> ReadEachAsync(long[] seqs, CancellationToken cancellationToken) =>
        await LifeAsync() is { } life ? await life.Reading.ReadEachAsync(seqs, cancellationToken) : [];

    public async Task<RoomPulseView?> GetPulseAsync(long curveFrom) =>
        await LifeAsync() is { } life ? life.Pulse(curveFrom) : null;

    public Task StandingChangedAsync(UserId user, Standing standing)
    {
        _life?.StandingChanged(user, standing);
        return Task.CompletedTask;
    }

    public async Task EraseAsync(UserId user)
    {
        if (await LifeAsync() is { } life) await life.EraseAsync(user);
    }

    public async Task ReloadAsync()
    {
        if (_life is { } life) await life.LeaveAsync();
        else await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    private RoomRefusal NotFound() => new(
        "not-found", $"Room '{Id}' is not in the catalogue; create it with POST /v1/rooms.");

    /// <returns>Null if the room does not exist: the activation then goes, or made-up names would fill the
    /// memory.</returns>
    private async ValueTask<RoomLife?> LifeAsync()
    {
        if (_life is not null) return _life;

        // It may have been created elsewhere since this activation looked.
        if (await FindAsync() is { } definition) await OpenAsync(definition, CancellationToken.None);
        if (_life is null) DeactivateOnIdle();
        return _life;
    }

    private async Task<Room?> FindAsync()
    {
        if (view.Find(Id) is { } definition) return definition;

        await view.RefreshAsync(CancellationToken.None);
        return view.Find(Id);
    }

    /// <summary>Once, however many ask for it at the same time; again, if it failed.</summary>
    private async Task OpenAsync(Room definition, CancellationToken cancellationToken)
    {
        if (_life is not null) return;

        var opening = _opening ??= LoadAsync(definition, cancellationToken);
        try
        {
            _life = await opening;
            // People may be missing who will never come, or a poll may have to close.
            if (!_life.IsQuiet) Ticking(_life);
        }
        finally
        {
            if (_opening == opening) _opening = null;
        }
    }

    private Task<RoomLife> LoadAsync(Room definition, CancellationToken cancellationToken)
    {
        var store = new RoomStore(definition, stored, log, vault, rules.Value, options.Value, time, logger);
        var members = GrainFactory.GetGrain<ICommunityMembersGrain>(definition.Community.Value);
        var parts = new RoomParts(
            definition, log, store, members, user => GrainFactory.GetGrain<IInboxGrain>(user.Value),
            GrainFactory.GetGrain<ICreatorBoardGrain>(definition.Creator.Value), options.Value, metrics, time, logger,
            DeactivateOnIdle);
        return RoomLife.OpenAsync(parts, cancellationToken);
    }

    /// <summary>A room with people in it is looked after every second; an empty one costs nothing.</summary>
    private RoomLife Ticking(RoomLife life)
    {
        _ticks ??= this.RegisterGrainTimer(
            TickAsync, new GrainTimerCreationOptions(TickPeriod, TickPeriod) { Interleave = true });
        return life;
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        await _life!.TickAsync();
        if (!_life.IsQuiet) return;

        _ticks?.Dispose();
        _ticks = null;
    }

    private string? MissingReference(Room definition)
    {
        if (view.Find(definition.Creator) is null)
            return $"creator: '{definition.Creator}' is not in the catalogue; create it with POST /v1/creators";
        if (view.Find(definition.Community) is null)
            return $"community: '{definition.Community}' is not in the catalogue; create it with POST /v1/communities";
        return definition.Content is { } content && view.Find(content) is null
            ? $"content: '{content}' is not in the catalogue; create it with POST /v1/contents"
            : null;
    }

    /// <summary>Who is in the room joins its content: nobody's rooms count for another's.</summary>
    private string? Mismatch(Room definition)
    {
        if (definition.Content is not { } id || view.Find(id) is not { } content) return null;
        if (content.Creator != definition.Creator)
            return $"creator: '{definition.Creator}' does not own content '{id}'; "
                + $"expected '{content.Creator}', or another content, or none";
        return content.Community == definition.Community
            ? null
            : $"community: '{definition.Community}' does not hold content '{id}'; "
                + $"expected '{content.Community}', or another content, or none";
    }
}
