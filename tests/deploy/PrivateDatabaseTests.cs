using Engage.Postgres.Facts;

namespace Engage.Deploy.Tests;

/// <summary>The PostgreSQL server that './engage up --storage postgres' keeps in its data folder: a real one.</summary>
public sealed class PrivateDatabaseTests : IDisposable
{
    private const string Start =
        """
        data="$PWD/data"; umask 077; mkdir -p "$data"
        trap stop_rest EXIT
        ask() { PGPASSWORD="$pg_secret" "$pg_bin/psql" -X -w -t -A -h "$pg_socket" -U engage -d engage -c "$1"; }
        start_database "$data"

        """;

    private readonly OpenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PostgresFact]
    public async Task ServerStopsWithTheScriptAndKeepsWhatWasStored()
    {
        var first = await Shell.RunEngageAsync(
            Start + "ask 'CREATE TABLE kept AS SELECT 42 AS value'; say \"pid ${running[database]}\"", _folder.Path);
        var second = await Shell.RunEngageAsync(Start + "ask 'SELECT value FROM kept'", _folder.Path);

        Assert.True(first.Code == 0, first.Output);
        Assert.True(second.Code == 0, second.Output);
        Assert.Contains("\n42\n", "\n" + second.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{first.Output.Find(@"^pid (\d+)$").Single()}"));
    }

    [PostgresFact]
    public async Task KilledServerIsStartedAgainOverWhatItLeftBehind()
    {
        var result = await Shell.RunEngageAsync(
            Start +
            """
            ask 'CREATE TABLE kept AS SELECT 42 AS value'
            kill -KILL "${running[database]}"
            wait "${running[database]}" 2> /dev/null || true
            [[ -f "$pg_home/db/postmaster.pid" ]] && say "pid file left behind"
            start_database "$data"
            ask 'SELECT value FROM kept'
            """, _folder.Path);

        Assert.True(result.Code == 0, result.Output);
        Assert.Contains("pid file left behind\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("\n42\n", result.Output, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task ServerThatOutlivedItsScriptIsReplaced()
    {
        await Shell.RunEngageAsync(Start + "say orphan; trap - EXIT", _folder.Path);

        var result = await Shell.RunEngageAsync(Start + "ask 'SELECT 42'", _folder.Path);

        Assert.True(result.Code == 0, result.Output);
        Assert.Contains("that an earlier run left behind", result.Output, StringComparison.Ordinal);
        Assert.Contains("\n42\n", result.Output, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task PidFileThatNamesAnotherProcessByNowHarmsNeither()
    {
        var result = await Shell.RunEngageAsync(
            Start +
            """
            cp -p "$pg_home/db/postmaster.pid" "$pg_home/stale.pid"
            stop_process database
            launch other "$data/other.log" as_owner_in / sleep 60
            sed "1s/.*/${running[other]}/" "$pg_home/stale.pid" > "$pg_home/db/postmaster.pid"
            start_database "$data"
            ask 'SELECT 42'
            is_running other && say "the other lives"
            stop_process other
            """, _folder.Path);

        Assert.True(result.Code == 0, result.Output);
        Assert.Contains("\n42\n", "\n" + result.Output, StringComparison.Ordinal);
        Assert.Contains("the other lives\n", result.Output, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task NobodyElseGetsIn()
    {
        var result = await Shell.RunEngageAsync(
            Start +
            """
            pg_secret=guessed
            ask 'SELECT 1' || say "refused"
            say "listens on $(ls -A "$pg_socket" | grep -c 'PGSQL.5432$') socket"
            stat -L -c '%a' "$pg_home" "$data/postgres.secret" "$data/postgres.log" | tr '\n' ' '
            grep -c "$(cat "$data/postgres.secret")" "$data/postgres.log" || true
            tr '\0' ' ' < "/proc/${running[database]}/cmdline" | grep -c "$(cat "$data/postgres.secret")" || true
            """, _folder.Path);

        Assert.Contains("password authentication failed", result.Output, StringComparison.Ordinal);
        Assert.Contains("refused\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("listens on 1 socket\n700 600 600 0\n0\n", result.Output, StringComparison.Ordinal);
    }
}
