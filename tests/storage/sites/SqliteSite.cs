using System.Diagnostics.Metrics;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Storage.Tests;

internal sealed class SqliteSite : StorageSite
{
    private readonly StorageFolder _folder = new();

    public StorageFolder Folder => _folder;

    public override string Place => _folder.Path;

    public override string[] AppenderArguments => ["sqlite", _folder.Path];

    public override void Locate(StorageOptions options) => options.Path = _folder.Path;

    public override void Register(IServiceCollection services, Action<StorageOptions>? configure = null) =>
        services.AddSqliteStorage(options =>
        {
            Locate(options);
            configure?.Invoke(options);
        });

    public override long Query(string sql) => _folder.Query(sql);

    public override void Execute(string sql) => _folder.Execute(sql);

    public override IDisposable StallWriter(OpenStorage storage) =>
        _folder.StallWriter((SqliteDatabase)storage.Database);

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override OpenStorage Open(StorageOptions options, IMeterFactory? meters)
    {
        var database = SqliteDatabase.Open(options, TimeProvider.System, meters, NullLogger<SqliteDatabase>.Instance);
        var journal = new SqliteActivityJournal(database);
        return new()
        {
            Database = database,
            Probe = database,
            Journal = journal,
            States = new SqliteGrainStorage(database),
            Catalogue = new SqliteCatalogueStore(database),
            Models = new SqliteModelStore(database, TimeProvider.System),
            ReadUserAsync = (user, after, limit) => journal.ReadUserAsync(user, after, limit, default),
        };
    }
}
