using Engage.Audience.Catalogue;
using Engage.Audience.Driving;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Rooms;

/// <summary>Opens the demo's rooms, gives the teacher what is hers, and brings the rooms to life.</summary>
internal sealed class RoomsOfTheDemo(
    EngageClient client, Uri server, DemoCatalogue catalogue, DemoPeople people, RoomSettings settings,
    TimeProvider time)
{
    private readonly IReadOnlyList<DemoRoom> _rooms = DemoRoom.Compose(catalogue);

    /// <summary>What is already there stays as it is.</summary>
    public async Task SetUpAsync(CancellationToken cancellation)
    {
        var teacher = people.Teacher;
        var user = (await client.SignInAsync(teacher.UserName, teacher.Password, cancellation)).User;
        await client.AppointOwnerAsync(DemoRoom.TeachersCreator, user, cancellation);
        foreach (var community in TeachersRooms().Select(room => room.Message.Community).Distinct())
            await client.GrantRoleAsync(community, user, "owner", cancellation);
        foreach (var room in _rooms) await client.CreateAsync(room.Message, cancellation);
    }

    public Task RunAsync(CancellationToken cancellation)
    {
        var phrases = Texts.LoadPhrases();
        return Task.WhenAll(_rooms.Select((room, index) =>
        {
            var seed = unchecked((settings.Seed * 1_009) + index);
            var chatter = new Chatter(phrases, room.Topics, seed);
            var teacher = TeachersRooms().Contains(room) ? people.Teacher : null;
            return new RoomRun(
                client, server, room, chatter, Listeners(phrases, index), teacher, settings with { Seed = seed }, time)
                .RunAsync(cancellation);
        }));
    }

    private IEnumerable<DemoRoom> TeachersRooms() =>
        _rooms.Where(room => room.Message.Creator == DemoRoom.TeachersCreator);

    /// <summary>Accounts of their own: a room knows people by their accounts.</summary>
    private DemoAccount[] Listeners(Phrases phrases, int room) =>
    [
        .. Enumerable.Range(room * settings.ListenersPerRoom, settings.ListenersPerRoom).Select(number =>
            people.Listener(number + 1, phrases.Names[number % phrases.Names.Count])),
    ];
}
