using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IPersonalKeyStore"/>
internal sealed class SqlitePersonalKeyStore(SqliteDatabase database) : IPersonalKeyStore
{
    private const string Columns = "SELECT user_id, ring_key, destroyed_at, wrapped FROM personal_key";
    private const string One = Columns + " WHERE user_id = ?1";
    private const string Below = Columns + " WHERE ring_key > 0 AND ring_key < ?1 ORDER BY ring_key, user_id LIMIT ?2";
    private const string After = """
        SELECT user_id FROM personal_key WHERE user_id > ?1 AND destroyed_at IS NULL ORDER BY user_id LIMIT ?2
        """;

    private const string Insert = """
        INSERT INTO personal_key (user_id, ring_key, destroyed_at, wrapped) VALUES (?1, ?2, NULL, ?3)
        ON CONFLICT DO NOTHING
        """;

    private const string Rewrap = """
        UPDATE personal_key SET ring_key = ?3, wrapped = ?4 WHERE user_id = ?1 AND ring_key = ?2
        """;

    /// <summary>Of the same length, so that the row is overwritten where it stands.</summary>
    private const string Destroy = """
        INSERT INTO personal_key (user_id, ring_key, destroyed_at, wrapped) VALUES (?1, 0, ?2, zeroblob(60))
        ON CONFLICT (user_id) DO UPDATE SET ring_key = 0, destroyed_at = excluded.destroyed_at, wrapped = zeroblob(60)
        WHERE personal_key.destroyed_at IS NULL
        """;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredKey>> FindAsync(
        IReadOnlyList<UserId> users, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(Find, users, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredKey>> FindWrappedBelowAsync(
        int ringKey, int limit, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(FindBelow, (ringKey, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserId>> ListAsync(
        string after, int limit, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(List, (after, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancellationToken) =>
        WriteAsync(session => Add(session, keys), cancellationToken);

    /// <inheritdoc/>
    public ValueTask RewrapAsync(IReadOnlyList<RewrappedKey> keys, CancellationToken cancellationToken) =>
        WriteAsync(session => Replace(session, keys), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await WriteAsync(
            session => session
                .Prepare(Destroy).Bind(1, user.Value).Bind(2, at.ToUnixTimeMilliseconds()).Run(),
            cancellationToken).ConfigureAwait(false);
        await database.TruncateLogAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(Func<SqliteSession, int> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await database.Writer.WriteAsync(new DelegateWrite<int>(WriteLane.Append, write, cancellationToken))
            .ConfigureAwait(false);
    }

    private static IReadOnlyList<StoredKey> Find(SqliteSession session, IReadOnlyList<UserId> users)
    {
        var found = new List<StoredKey>(users.Count);
        foreach (var user in users) found.AddRange(session.Prepare(One).Bind(1, user.Value).Rows(ToKey));
        return found;
    }

    private static IReadOnlyList<StoredKey> FindBelow(SqliteSession session, (int RingKey, int Limit) of) =>
        session.Prepare(Below).Bind(1, of.RingKey).Bind(2, of.Limit).Rows(ToKey);

    private static IReadOnlyList<UserId> List(SqliteSession session, (string After, int Limit) of) =>
        session.Prepare(After).Bind(1, of.After).Bind(2, of.Limit).Rows(row => new UserId(row.Text(0)));

    private static int Add(SqliteSession session, IReadOnlyList<StoredKey> keys)
    {
        var insert = session.Prepare(Insert);
        return keys.Sum(key =>
            insert.Bind(1, key.User.Value).Bind(2, key.RingKey).Bind(3, key.Wrapped.AsSpan()).Run());
    }

    private static int Replace(SqliteSession session, IReadOnlyList<RewrappedKey> keys)
    {
        var update = session.Prepare(Rewrap);
        return keys.Sum(key =>
            update.Bind(1, key.User.Value).Bind(2, key.From).Bind(3, key.To).Bind(4, key.Wrapped.AsSpan()).Run());
    }

    private static StoredKey ToKey(SqliteStatement row) =>
        new(new(row.Text(0)), (int)row.Int64(1), row.IsNull(2) ? row.Blob(3).ToArray() : null);
}
