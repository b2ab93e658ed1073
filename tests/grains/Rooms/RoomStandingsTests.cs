using Engage.Contracts;
using Engage.Contracts.Rooms;
using static Engage.Grains.Tests.Rooms.RoomNodeClient;

namespace Engage.Grains.Tests.Rooms;

/// <summary>What people may do is asked of their community, and forgotten where too many come.</summary>
public sealed class RoomStandingsTests
{
    [Fact]
    public async Task BanThatTheCommunityMadeGetsIntoTheLogThoughTheStandingsWereForgottenMeanwhile()
    {
        var rig = await RoomRig.StartAsync(rig =>
        {
            rig.Options.StandingsMax = 2;
            rig.Members["u-mod"] = new() { Role = CommunityRole.Moderator };
        });
        var (node, other) = (new RigNode(rig, "n-1"), new RigNode(rig, "n-2"));
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Members.Answers = answer.Task;

        var banning = node.SubmitAsync(new RoomCommand(RoomRigPeople.Person("u-mod"), new Ban(new("u-bad"))));
        await rig.SettleAsync();
        await other.SubmitAsync(Say("u-2", "one"), Say("u-3", "two"));
        answer.SetResult();
        var outcome = (await banning)[0];

        Assert.Null(outcome.Refusal);
        Assert.Equal(RoomEntryKind.Banned, (await rig.EntriesAsync())[^1].Kind);
        Assert.Equal((await rig.EntriesAsync())[^1].Seq, outcome.Seq);
    }
}
