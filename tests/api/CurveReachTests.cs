using Engage.Api.Dashboards;
using Engage.Contracts;

namespace Engage.Api.Tests;

public sealed class CurveReachTests
{
    private static readonly RoomId Room = new("r-1");
    private static readonly RoomId Other = new("r-2");
    private readonly CurveReach _reach = new();

    [Fact]
    public void FirstPushHasAllThatIsKept() => Assert.Equal((0, 0), Asked(100));

    [Fact]
    public void PushSaysTheLastSecondsAgain()
    {
        Tell(100, Room);

        Assert.Equal((97, 97), Asked(101));
    }

    [Fact]
    public void WhatNobodyCouldReadIsSaidByTheFirstPushThatSucceeds()
    {
        Tell(100, Room);

        Assert.Equal((97, 97), Asked(120));
    }

    [Fact]
    public void RoomThatDidNotAnswerGoesOnWhereItEnded()
    {
        Tell(100, Room);
        for (var second = 101; second <= 110; second++) Tell(second);

        Assert.Equal((107, 97), Asked(111));
    }

    [Fact]
    public void RoomThatWasNotThereBeforeIsSaidFromItsBeginning()
    {
        Tell(100, Room);

        Assert.Equal(0, _reach.Next(101).From(Other));
    }

    [Fact]
    public void EveryCurveIsSaidWholeAgainOneAPush()
    {
        var whole = new List<(int, RoomId)>();
        for (var second = 100; second < 165; second++)
        {
            var asked = _reach.Next(second);
            foreach (var curve in (RoomId[])[CurveRequest.OfBoard, Room, Other])
                if (asked.From(curve) == 0) whole.Add((second, curve));
            _reach.Told(asked, [Room, Other]);
        }

        Assert.Equal(
            whole.Skip(3).Select(each => each.Item1), [130, 131, 132, 160, 161, 162]);
        Assert.Equal(3, whole.Skip(3).Take(3).Select(each => each.Item2).Distinct().Count());
    }

    [Fact]
    public void RoomThatIsSilentKeepsNoOtherFromBeingSaidWhole()
    {
        Tell(100, Room, Other);

        var whole = new HashSet<RoomId>();
        for (var second = 131; second <= 133; second++)
        {
            var asked = _reach.Next(second);
            whole.UnionWith(((RoomId[])[CurveRequest.OfBoard, Other]).Where(curve => asked.From(curve) == 0));
            _reach.Told(asked, [Other]);
        }

        Assert.Equal(2, whole.Count);
    }

    private void Tell(long second, params RoomId[] rooms) => _reach.Told(_reach.Next(second), rooms);

    private (long Board, long Room) Asked(long second)
    {
        var asked = _reach.Next(second);
        return (asked.From(CurveRequest.OfBoard), asked.From(Room));
    }
}
