using Engage.Api.Tests.Rooms;
using Engage.Postgres;

namespace Engage.Api.Tests.Privacy;

/// <summary>A server on either database, on which somebody has written into every field that there is.</summary>
/// <param name="Room">In which she spoke.</param>
/// <param name="Owner">Of that room.</param>
/// <param name="Lin">The one whose values are planted.</param>
internal sealed record PlantedScene(
    PrivateServer Server, PlantedValues Planted, string Room, RoomClient Owner, SignedInUser Lin) : IAsyncDisposable
{
    /// <param name="database">PostgreSQL's; null: SQLite.</param>
    public static async Task<PlantedScene> StartAsync(PostgresDatabaseLease? database)
    {
        var server = await PrivateServer.StartNewAsync(database);
        var planted = new PlantedValues();
        var (room, owner) = await server.NewRoomAsync();
        var lin = await PlantedPerson.RegisterAsync(server, planted);
        await PlantedPerson.ActAsync(server, room, owner, lin, planted);
        return new(server, planted, room, owner, lin);
    }

    public async ValueTask DisposeAsync()
    {
        Lin.Dispose();
        await Owner.DisposeAsync();
        await ((IAsyncDisposable)Server).DisposeAsync();
    }
}
