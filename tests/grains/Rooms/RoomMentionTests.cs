using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Tests.Rooms;

/// <summary>A name in a message reaches people of the room, at a pace; the message is said whoever is told.</summary>
public sealed class RoomMentionTests
{
    [Fact]
    public async Task PeopleWhomTheRoomDoesNotKnowAreNotTold()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        rig.Members["member"] = new() { Role = CommunityRole.Member };
        await node.EnterAsync("present", "gone");
        await node.LeaveAsync("gone");
        await node.SubmitAsync(RoomNodeClient.Say("spoke", "hello"));

        var outcomes = await node.SubmitAsync(Say("ann", "present", "gone", "spoke", "member", "nobody"));
        await rig.SettleAsync();

        Assert.Null(outcomes[0].Refusal);
        Assert.Equal(["member", "present", "spoke"], Told(rig));
    }

    [Fact]
    public async Task OneAuthorTellsTwentyPeopleAMinuteAndOthersAreLeftAlone()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.EnterAsync([.. Enumerable.Range(0, 10).Select(i => $"u-{i}")]);
        var all = node.Present.ToArray();

        var outcomes = await node.SubmitAsync(Say("ann", all), Say("ann", all), Say("ann", all), Say("bob", "u-1"));
        await rig.SettleAsync();
        var inOneMinute = rig.Mentions.Select(mention => mention.By.User.Value).CountBy(by => by).ToDictionary();
        await rig.TickAsync(TimeSpan.FromMinutes(1));
        await node.EnterAsync("u-2");
        await node.SubmitAsync(Say("ann", "u-2"));
        await rig.SettleAsync();

        Assert.All(outcomes, outcome => Assert.Null(outcome.Refusal));
        Assert.Equal(new Dictionary<string, int> { ["ann"] = 20, ["bob"] = 1 }, inOneMinute);
        Assert.Equal(22, rig.Mentions.Count);
    }

    [Fact]
    public async Task PeopleWhoSpokeAreKnownAfterAnotherStartToo()
    {
        var rig = await RoomRig.StartAsync();
        await new RigNode(rig, "n-1").SubmitAsync(RoomNodeClient.Say("spoke", "hello"));

        await rig.ReopenAsync();
        await new RigNode(rig, "n-2").SubmitAsync(Say("ann", "spoke"));
        await rig.SettleAsync();

        Assert.Equal(["spoke"], Told(rig));
    }

    private static IEnumerable<string> Told(RoomRig rig) =>
        rig.Mentions.Select(mention => mention.Text.Split(':')[0]).Order();

    private static RoomCommand Say(string user, params string[] mentions) => new(
        RoomRigPeople.Person(user),
        new Say(Guid.NewGuid(), "look", Mentions: [.. mentions.Select(name => new UserId(name))]));
}
