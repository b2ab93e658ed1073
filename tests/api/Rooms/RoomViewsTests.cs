using Engage.Api.Actors;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using Engage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Api.Tests.Rooms;

public sealed class RoomViewsTests
{
    private static readonly RoomId Room = new("r-1");
    private readonly FakeTimeProvider _time = new();
    private readonly CountedRoom _room = new();
    private readonly RoomViews _views;

    public RoomViewsTests() => _views = new(
        OneGrainFactory.Of(_room), new Failover(new(), _time), _time, NullLogger<RoomViews>.Instance);

    [Fact]
    public async Task CrowdThatReadsAListAsksARoomOnce()
    {
        for (var reader = 0; reader < 100; reader++) await _views.FindAsync([Room]);
        var asked = _room.Asked;

        _time.Advance(TimeSpan.FromSeconds(6));
        var view = Assert.Single(await _views.FindAsync([Room]));

        Assert.Equal((1, 2), (asked, _room.Asked));
        Assert.Equal(RoomPhase.Live, view!.Phase);
    }

    [Fact]
    public async Task RoomThatHasEndedIsNotAskedAgain()
    {
        _room.Phase = RoomPhase.Ended;
        await _views.FindAsync([Room]);

        _time.Advance(TimeSpan.FromDays(1));
        var view = Assert.Single(await _views.FindAsync([Room]));

        Assert.Equal((1, RoomPhase.Ended), (_room.Asked, view!.Phase));
    }

    [Fact]
    public async Task RoomThatDoesNotAnswerIsWaitedForNoLongerThanTwoSeconds()
    {
        _room.Hangs = true;

        var reading = _views.FindAsync([Room]);
        var waits = reading.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(waits);
        Assert.Null(Assert.Single(await reading));
    }

    [Fact]
    public async Task RoomThatFailedIsAskedAnewByTheNextReader()
    {
        _room.Fails = true;
        var failed = await _views.FindAsync([Room]);
        _room.Fails = false;

        var views = await _views.FindAsync([Room]);

        Assert.Null(Assert.Single(failed));
        Assert.NotNull(Assert.Single(views));
    }

    private sealed class CountedRoom : IRoomGrain
    {
        public int Asked { get; private set; }
        public RoomPhase Phase { get; set; } = RoomPhase.Live;
        public bool Hangs { get; set; }
        public bool Fails { get; set; }

        public Task<RoomView?> GetAsync()
        {
            Asked++;
            if (Hangs) return new TaskCompletionSource<RoomView?>().Task;
            if (Fails) throw new InvalidOperationException("It is away.");
            return Task.FromResult<RoomView?>(new()
            {
                Definition = new()
                {
                    Id = Room, Community = new("g-1"), Creator = new("k-1"), Title = new() { En = "Room" },
                },
                Phase = Phase, Seq = 1, Present = 1,
            });
        }

        public Task<CreateReply<Contracts.Rooms.Room>> CreateAsync(
            Contracts.Rooms.Room definition, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RoomAttachment> AttachAsync(
            IRoomObserver node, string nodeId, UserId[] present, long lastBatch) => throw new NotSupportedException();

        public Task DetachAsync(IRoomObserver node, string nodeId) => throw new NotSupportedException();

        public Task<RoomOutcome[]> SubmitAsync(RoomSubmission submission) => throw new NotSupportedException();

        public Task<RoomSnapshot> GetSnapshotAsync(long atLeastSeq) => throw new NotSupportedException();

        public Task<RoomPage> ReadAsync(RoomPageRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<LoggedEntry[]> ReadEachAsync(long[] seqs, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task StandingChangedAsync(UserId user, Standing standing) => throw new NotSupportedException();

        public Task EraseAsync(UserId user) => throw new NotSupportedException();

        public Task ReloadAsync() => throw new NotSupportedException();
    }
}
