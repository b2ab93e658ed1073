using System.Data.Common;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

internal sealed class SqliteSite() : StorageSite("sqlite", nameof(StorageOptions.Path))
{
    private readonly StorageFolder _folder = new();

    public override string Location => _folder.Path;

    public override string Place => _folder.Path;

    public override long StateRows => Query("SELECT count(*) FROM grain_state");

    public override long Query(string sql) => _folder.Query(sql);

    public override void Execute(string sql) => _folder.Execute(sql);

    public override DbConnection Connect() => _folder.Connect();

    public override Stall StallWriter(OpenStorage storage) =>
        new SqliteStall(_folder.StallWriter(storage.Services.GetRequiredService<SqliteDatabase>()));

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    /// <summary>The one writer already waits for the lock.</summary>
    private sealed class SqliteStall(StalledWriter stalled) : Stall
    {
        public override Task<T> Occupy<T>(Func<Task<T>> write) => write();

        public override void Dispose() => stalled.Dispose();
    }
}
