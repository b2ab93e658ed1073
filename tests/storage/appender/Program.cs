using System.Globalization;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

// Appends to the journal in FOLDER with WORKERS callers until it is killed, and writes one line for every acknowledged
// event: "user eventId partition offset". Exit code 3: the folder is in use.
const int folderInUse = 3;

var options = new StorageOptions { Path = args[0], EventKeysMax = 256 }; // so that kills hit every stage of a key
var workers = int.Parse(args[1], CultureInfo.InvariantCulture);
SqliteDatabase database;
try
{
    database = SqliteDatabase.Open(options, TimeProvider.System, null, NullLogger<SqliteDatabase>.Instance);
}
catch (StorageException error)
{
    Console.Error.WriteLine(error.Message);
    return folderInUse;
}

var journal = new SqliteActivityJournal(database);
await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => AppendForeverAsync(worker))));
return 0;

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
