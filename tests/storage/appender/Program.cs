using System.Globalization;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Rooms;
using Engage.Postgres;
using Engage.Storage;
using Engage.Storage.Books;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Appends to the journal with WORKERS callers until it is killed, and writes one line for every acknowledged event:
// "user eventId partition offset". KIND is the database, WHERE its folder or connection string. Two processes with
// the same arguments send the same events: each is taken once. Exit code 3: the storage cannot be opened.
// With a fourth argument "rooms" it appends to the logs of eight rooms instead, some entries at a time, and writes for
// each entry "room messageId seq".
// With "books" it writes sales into the books instead, and for each "key seq number".
// With the one argument "server" it starts a private PostgreSQL server, says where, and waits to be killed.
const int cannotOpen = 3;

if (args is ["server"])
{
    using var server = PostgresServer.Start();
    Console.WriteLine(server.DataFolder);
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
}

var (kind, where) = (args[0], args[1]);
var workers = int.Parse(args[2], CultureInfo.InvariantCulture);
using var host = Build();
try
{
    await host.StartAsync();
}
catch (StorageException error)
{
    Console.Error.WriteLine(error.Message);
    return cannotOpen;
}

if (args is [_, _, _, "rooms"])
{
    const int rooms = 8;
    await Task.WhenAll(Enumerable.Range(0, rooms).Select(room =>
        Task.Run(() => FillRoomAsync(new RoomId($"room-{room}")))));
}

if (args is [_, _, _, "books"])
    await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => SellForeverAsync(worker))));

var journal = host.Services.GetRequiredService<IActivityJournal>();
await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => AppendForeverAsync(worker))));
return 0;

IHost Build()
{
    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Kind"] = kind,
        [kind == "sqlite" ? "Path" : "ConnectionString"] = where,
        ["KeyFolder"] = Environment.GetEnvironmentVariable("ENGAGE_KEY_FOLDER"),
        ["EventKeysMax"] = "256", // so that kills hit every stage of a key
    });
    builder.Services.AddLogging().AddEngageStorage(builder.Configuration);
    return builder.Build();
}

async Task FillRoomAsync(RoomId room)
{
    var log = host.Services.GetRequiredService<IRoomLog>();
    for (var seq = await log.HeadAsync(room, CancellationToken.None) + 1; ; seq += workers)
    {
        LoggedEntry[] entries =
        [
            .. Enumerable.Range(0, workers).Select(i => new LoggedEntry(
                seq + i, DateTimeOffset.UnixEpoch.AddSeconds(seq + i), RoomEntryKind.Said, RoomAudience.Everyone,
                new UserId($"user-{i}"), Guid.NewGuid(), "{}"u8.ToArray())),
        ];
        await log.AppendAsync(room, entries, CancellationToken.None);
        foreach (var entry in entries) Console.WriteLine($"{room} {entry.MessageId} {entry.Seq}");
    }
}

// Every life of the process begins with what the one before it sold: those are written once.
async Task SellForeverAsync(int worker)
{
    var books = host.Services.GetRequiredService<IBooks>();
    for (var step = 0; ; step++)
    {
        var id = $"o-{worker}-{step}";
        var outcome = await books.CommitAsync(
            new(
                $"order:{id}:paid", DateTimeOffset.UnixEpoch.AddSeconds(step), "sale",
                [
                    new("provider:card", "CNY", -100), new("platform:income", "CNY", 10),
                    new($"creator:k-{worker}", "CNY", 90),
                ],
                [
                    new(new("order", id), 0, "{}"u8.ToArray(), null, [$"buyer:u-{worker}"]),
                    new(new("invoice", id), 0, "{}"u8.ToArray(), "invoice"),
                ]),
            CancellationToken.None);
        Console.WriteLine($"order:{id}:paid {outcome.Seq} {outcome.Numbers[0]}");
    }
}

async Task AppendForeverAsync(int worker)
{
    var user = new UserId($"user-{worker}");
    for (var step = 0; ; step++)
    {
        var activity = new ActivityEvent
        {
            EventId = new Guid(worker + 1, 0, 0, BitConverter.GetBytes((long)step)),
            User = user,
            Kind = ActivityKind.Viewed,
            Content = new ContentId($"content-{step % 100}"),
            OccurredAt = DateTimeOffset.UnixEpoch.AddMinutes(step),
        };
        var receipts = await journal.AppendAsync([activity], CancellationToken.None);
        var place = receipts[0].Position;
        Console.WriteLine($"{user} {activity.EventId} {place.Partition} {place.Offset}");
    }
}
