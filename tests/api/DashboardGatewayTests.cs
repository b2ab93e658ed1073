using Engage.Api.Dashboards;
using Engage.Api.Realtime;
using Engage.Api.Tests.Transport;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Engage.Api.Tests;

/// <summary>Which seconds of the curves are asked for when actors fail for longer than a push says again.</summary>
public sealed class DashboardGatewayTests : IDisposable
{
    private static readonly TimeSpan Period = new DashboardOptions().Period;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCreator _creator = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly long _begin;
    private readonly DashboardGateway _gateway;

    public DashboardGatewayTests()
    {
        var grains = OneGrainFactory.Of(_creator);
        var reader = new DashboardReader(
            grains, new(grains, _time, NullLogger<FanOutlooks>.Instance), new(grains, NullLogger<NamedPeople>.Instance),
            _time, NullLogger<DashboardReader>.Instance);
        _gateway = new(
            grains, reader, new HubPushes(Options.Create(new JsonHubProtocolOptions())),
            Options.Create(new DashboardOptions { AccessPeriod = TimeSpan.FromHours(1) }), _lifetime, _time,
            NullLogger<DashboardGateway>.Instance);
        _begin = _time.GetUtcNow().ToUnixTimeSeconds();
    }

    [Fact]
    public async Task CurvesGoOnWhereTheyEndedHoweverLongNobodyAnswered()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address, "owner");
        await _gateway.WatchAsync(new("k-1"), new("u-1"), server.Callers.ByName["owner"]);

        await TickAsync(2);
        _creator.IsRoomAway = true;
        await TickAsync(20);
        _creator.IsRoomAway = false;
        await TickAsync(1);
        var afterTheRoom = (_creator.BoardFrom - _begin, _creator.RoomFrom - _begin);
        _creator.IsAway = true;
        await TickAsync(20);
        _creator.IsAway = false;
        await TickAsync(1);

        // Told at the seconds 1 (both), 11 (the board while the room was away; then both).
        Assert.Equal((11 - 3, 1 - 3), afterTheRoom);
        Assert.Equal((11 - 3, 11 - 3), (_creator.BoardFrom - _begin, _creator.RoomFrom - _begin));
    }

    public void Dispose()
    {
        _lifetime.StopApplication();
        _creator.Dispose();
    }

    /// <summary>A read begins when the one before was told, so that each is complete when the next begins.</summary>
    private async Task TickAsync(int ticks)
    {
        for (; ticks > 0; ticks--)
        {
            _time.Advance(Period);
            await _creator.Asked.WaitAsync();
        }
    }

    private sealed class FakeCreator : ICreatorBoardGrain, IRoomPulseGrain, IDisposable
    {
        private static readonly RoomId Room = new("r-1");
        private bool _isWatched;

        public SemaphoreSlim Asked { get; } = new(0);
        public bool IsAway { get; set; }
        public bool IsRoomAway { get; set; }
        public long BoardFrom { get; private set; }
        public long RoomFrom { get; private set; }

        public Task<CreatorBoard?> GetBoardAsync(long curveFrom)
        {
            BoardFrom = curveFrom;
            if (!IsAway)
                return Task.FromResult<CreatorBoard?>(new()
                {
                    Totals = default, Sales = [], Contents = [], Curve = new(curveFrom, [], [], []), Rooms = [Room],
                });
            Asked.Release();
            return Task.FromException<CreatorBoard?>(new TimeoutException());
        }

        public Task<RoomPulseView?> GetPulseAsync(long curveFrom)
        {
            RoomFrom = curveFrom;
            // The first is the answer to whoever begins to watch.
            if (_isWatched) Asked.Release();
            _isWatched = true;
            return IsRoomAway
                ? Task.FromException<RoomPulseView?>(new TimeoutException())
                : Task.FromResult<RoomPulseView?>(new()
                {
                    Room = Room, Title = new() { En = "Room" }, Phase = RoomPhase.Live, Seq = 1, Present = 1, Peak = 1,
                    Totals = default, WatchSeconds = 0, Active = [], Questions = [], Polls = [],
                    Curve = new(curveFrom, [], [], [], [], [], [], []),
                });
        }

        public Task RoomActiveAsync(RoomId room) => Task.CompletedTask;

        public void Dispose() => Asked.Dispose();
    }
}
