using Engage.Contracts;
using Engage.Storage.Privacy;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="IPersonalKeyStore"/>
/// <remarks>
/// The server keeps what was overwritten in dead rows until the table is written anew, which is done at once; and in
/// its log and in backups, where it is unreadable, too, once the ring's key that wraps it is gone
/// (<see cref="KeyRotation"/>).
/// </remarks>
internal sealed class PostgresPersonalKeyStore(PostgresDatabase database) : IPersonalKeyStore, IDisposable
{
    private const string Columns = "SELECT user_id, ring_key, destroyed_at, wrapped FROM personal_key";
    private const string Of = Columns + " WHERE user_id = ANY ($1)";
    private const string Below = Columns + " WHERE ring_key > 0 AND ring_key < $1 ORDER BY ring_key, user_id LIMIT $2";

    private const string After = """
        SELECT user_id FROM personal_key WHERE user_id > $1 AND destroyed_at IS NULL ORDER BY user_id LIMIT $2
        """;

    /// <summary>In order of user: processes that add the same ones wait for each other, never crosswise.</summary>
    private const string Insert = """
        INSERT INTO personal_key (user_id, ring_key, wrapped)
        SELECT k.* FROM unnest($1, $2, $3) AS k (user_id, ring_key, wrapped) ORDER BY k.user_id COLLATE "C"
        ON CONFLICT DO NOTHING
        """;

    private const string Rewrap = """
        UPDATE personal_key p SET ring_key = k.next, wrapped = k.wrapped
        FROM unnest($1, $2, $3, $4) AS k (user_id, ring_key, next, wrapped)
        WHERE p.user_id = k.user_id AND p.ring_key = k.ring_key
        """;

    private const string Destroy = """
        INSERT INTO personal_key (user_id, ring_key, destroyed_at, wrapped) VALUES ($1, 0, $2, $3)
        ON CONFLICT (user_id) DO UPDATE
            SET ring_key = 0, destroyed_at = excluded.destroyed_at, wrapped = excluded.wrapped
            WHERE personal_key.destroyed_at IS NULL
        """;

    private static readonly byte[] Nothing = new byte[PersonalSeal.KeyBytes + PersonalSeal.OverheadBytes];

    private readonly PostgresDeadKeys _dead = new(database);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredKey>> FindAsync(
        IReadOnlyList<UserId> users, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            Of, users,
            static (parameters, of) => parameters.Add(Array(of.Select(user => user.Value))),
            static (row, _) => ToKey(row),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredKey>> FindWrappedBelowAsync(
        int ringKey, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            Below, (ringKey, limit),
            static (parameters, of) => parameters.Int(of.ringKey).Int(of.limit),
            static (row, _) => ToKey(row),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UserId>> ListAsync(
        string after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            After, (after, limit),
            static (parameters, of) => parameters.Text(of.after).Int(of.limit),
            static (row, _) => new UserId(row.GetString(0)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancellationToken) =>
        await WriteAsync(
            Insert,
            parameters =>
            {
                parameters.Add(Array(keys.Select(key => key.User.Value)));
                parameters.Add(Array(keys.Select(key => key.RingKey)));
                parameters.Add(Array(keys.Select(key => key.Wrapped!)));
            },
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask RewrapAsync(IReadOnlyList<RewrappedKey> keys, CancellationToken cancellationToken) =>
        await WriteAsync(
            Rewrap,
            parameters =>
            {
                parameters.Add(Array(keys.Select(key => key.User.Value)));
                parameters.Add(Array(keys.Select(key => key.From)));
                parameters.Add(Array(keys.Select(key => key.To)));
                parameters.Add(Array(keys.Select(key => key.Wrapped)));
            },
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await WriteAsync(
            Destroy,
            parameters => parameters.Text(user.Value).Long(at.ToUnixTimeMilliseconds()).Bytes(Nothing),
            cancellationToken).ConfigureAwait(false);
        await _dead.RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _dead.Dispose();

    private async ValueTask WriteAsync(
        string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await database.WriteAsync(new StateWrite<bool>(
            (StateKind.PersonalKey, 0), sql, bind, static _ => true, cancellationToken)).ConfigureAwait(false);
    }

    private static NpgsqlParameter<T[]> Array<T>(IEnumerable<T> values) => new() { TypedValue = [.. values] };

    private static StoredKey ToKey(NpgsqlDataReader row) =>
        new(new(row.GetString(0)), row.GetInt32(1), row.IsDBNull(2) ? (byte[])row[3] : null);
}
