using static Engage.Grains.Tests.Rooms.RoomNodeClient;

namespace Engage.Grains.Tests.Rooms;

/// <summary>Messages that come again after the room has forgotten their ids.</summary>
public sealed class RoomResendTests
{
    [Fact]
    public async Task WhoSendsForgottenMessagesAgainMakesTheRoomReadItsStateOnceAMinute()
    {
        var rig = await RoomRig.StartAsync(rig => rig.Rules.MessageIdsRemembered = 10);
        var node = new RigNode(rig, "n-1");
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        var first = await node.SubmitAsync(Say("u-1", "a", a), Say("u-1", "b", b));
        await node.SubmitAsync([.. Enumerable.Range(0, 40).Select(i => Say("u-2", $"{i}"))]);

        var resent = (await node.SubmitAsync(Say("u-1", "a", a)))[0];
        var reads = rig.Log.Reads;
        var refused = (await node.SubmitAsync(Say("u-1", "b", b)))[0].Refusal;
        var known = (await node.SubmitAsync(Say("u-1", "a", a)))[0];
        var other = (await node.SubmitAsync(Say("u-2", "goes on")))[0];
        var readsMeanwhile = rig.Log.Reads - reads;
        rig.Time.Advance(refused?.RetryAfter ?? TimeSpan.Zero);
        var later = (await node.SubmitAsync(Say("u-1", "b", b)))[0];

        Assert.Equal((first[0].Seq, first[0].Seq), (resent.Seq, known.Seq));
        Assert.Equal(("slow-down", TimeSpan.FromMinutes(1)), (refused?.Problem, refused?.RetryAfter));
        Assert.NotNull(other.Seq);
        Assert.Equal(0, readsMeanwhile);
        Assert.Equal(first[1].Seq, later.Seq);
    }
}
