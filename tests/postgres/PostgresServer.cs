using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Engage.Postgres;

/// <summary>How a server is asked to go; PostgreSQL's own names.</summary>
public enum StopMode
{
    /// <summary>Ends connections, rolls back, writes all.</summary>
    Fast,

    /// <summary>Goes at once; the next start recovers from the log.</summary>
    Immediate,
}

/// <summary>
/// A real PostgreSQL server of one's own in a temporary folder: every setting that concerns durability is the default
/// (fsync on). It is gone with <see cref="Dispose"/>, and also when this process dies in whatever way, because a
/// watchdog notices the end of the pipe that this process holds.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "engage";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<PostgresServer> SharedServer = new(() => Start());

    private readonly string _root;
    private readonly string[] _settings;
    private readonly Process _watchdog;
    private Process? _postmaster;
    private readonly ConcurrentBag<string> _empty = [];
    private bool _hasRun;
    private int _databases;

    private PostgresServer(string root, string password, string[] settings)
    {
        (_root, Password, _settings) = (root, password, settings);
        _watchdog = Watchdog.Start(root);
    }

    /// <summary>One server for all tests of a process, started when first asked for.</summary>
    public static PostgresServer Shared => SharedServer.Value;

    public int Port { get; private set; }

    /// <summary>Drawn for this server; must never be seen in any text.</summary>
    public string Password { get; }

    /// <summary>Where databases and log live.</summary>
    public string DataFolder => Path.Combine(_root, "data");

    /// <summary>What the server itself says.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public bool IsRunning => _postmaster is { HasExited: false };

    private string LogFile => Path.Combine(_root, "log");

    /// <param name="settings">More settings as <c>name=value</c>.</param>
    /// <exception cref="InvalidOperationException">The programs are missing or the server does not come up; the text
    /// carries its log.</exception>
    public static PostgresServer Start(params string[] settings)
    {
        if (PostgresBinaries.Missing is { } reason) throw new InvalidOperationException(reason);

        var password = "secret-" + RandomNumberGenerator.GetHexString(24, true);
        var server = new PostgresServer(ServerFolder.Create(), password, settings);
        try
        {
            server.Initialize();
            server.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = database,
    }.ToString();

    /// <summary>
    /// An empty database of one's own: one that was given back, or a new one. Making and dropping one costs hundreds of
    /// milliseconds, because PostgreSQL writes a checkpoint; emptying one costs a few.
    /// </summary>
    public PostgresDatabaseLease CreateDatabase(string? tablespace = null)
    {
        if (tablespace is null && _empty.TryTake(out var used)) return new(this, used, isReusable: true);

        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        Execute($"CREATE DATABASE {name}" + (tablespace is null ? "" : $" TABLESPACE {tablespace}"));
        return new(this, name, isReusable: tablespace is null);
    }

    /// <summary>Takes back a database, empty and with nobody in it.</summary>
    internal void Return(string database)
    {
        if (!IsRunning) return;

        Execute(
            $"""
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = '{database}' AND backend_type = 'client backend';
            ALTER DATABASE {database} RESET ALL
            """);
        Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", database);
        _empty.Add(database);
    }

    /// <summary>Runs SQL on a connection of its own, beside whatever is tested.</summary>
    public void Execute(string sql, string database = "postgres")
    {
        using var connection = Connect(database);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public NpgsqlConnection Connect(string database)
    {
        var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        return connection;
    }

    public void Start()
    {
        if (IsRunning) return;

        for (var attempt = 1; !TryStart(); attempt++)
            if (attempt == 5)
                throw new InvalidOperationException($"PostgreSQL did not start. It said:\n{Log}");
    }

    public void Stop(StopMode mode = StopMode.Fast)
    {
        if (!IsRunning) return;

        Signal(mode == StopMode.Fast ? "INT" : "QUIT", _postmaster!.Id);
        if (!_postmaster.WaitForExit(Patience)) Kill();
    }

    public void Restart(StopMode mode = StopMode.Fast)
    {
        Stop(mode);
        Start();
    }

    /// <summary>SIGKILL to the postmaster and to every process it started; nothing is written any more.</summary>
    public void Kill()
    {
        if (!IsRunning) return;

        Signal("STOP", _postmaster!.Id); // so that it starts no more
        int[] all = [_postmaster.Id, .. ProcessTable.ChildrenOf(_postmaster.Id)];
        Signal("KILL", all);
        _postmaster.WaitForExit();
        SpinWait.SpinUntil(() => !all.Any(ProcessTable.IsAlive), Patience);
    }

    public void Dispose()
    {
        Stop(StopMode.Immediate);
        _postmaster?.Dispose();
        _postmaster = null;
        // The end of the pipe is what it waits for.
        _watchdog.StandardInput.Close();
        _watchdog.WaitForExit(Patience);
        _watchdog.Dispose();
    }

    private void Initialize()
    {
        var passwordFile = Path.Combine(_root, "password");
        File.WriteAllText(passwordFile, Password);
        if (Unprivileged.IsRoot) Run("chown", "-R", Unprivileged.User!, _root);
        // Without sync: a half-made cluster is thrown away, and the first checkpoint makes the rest durable.
        Run(Unprivileged.Command(
            Program("initdb"), "-D", DataFolder, "-U", User, "-A", "scram-sha-256", $"--pwfile={passwordFile}",
            "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"));
        File.Delete(passwordFile);
    }

    private bool TryStart()
    {
        // Once clients know the port it stays.
        if (!_hasRun) Port = FreePort.Find();
        string[] settings =
        [
            $"port={Port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200",
            "shared_buffers=64MB", "log_min_messages=log", .. _settings,
        ];
        // The shell becomes the server; its output goes to a file, so that nobody has to drain a pipe.
        _postmaster?.Dispose();
        _postmaster = Process.Start("/bin/sh",
        [
            "-c", $"exec \"$@\" >>'{LogFile}' 2>&1 </dev/null", "sh",
            .. Unprivileged.Command(
                [Program("postgres"), "-D", DataFolder, .. settings.SelectMany(setting => new[] { "-c", setting })]),
        ]);
        var ready = SpinWait.SpinUntil(() => _postmaster.HasExited || SaysReady(), Patience);
        var started = ready && !_postmaster.HasExited;
        _hasRun |= started;
        return started;
    }

    /// <summary>The eighth line of the lock file is the state.</summary>
    private bool SaysReady()
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(DataFolder, "postmaster.pid"));
            return lines.Length >= 8
                && lines[0] == _postmaster!.Id.ToString(CultureInfo.InvariantCulture)
                && lines[7].Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Program(string name) => Path.Combine(PostgresBinaries.Folder!, name);

    private static void Signal(string signal, params int[] processes) => CommandLine.TryRun(
        ["kill", "-" + signal, .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);

    private static void Run(params string[] command) => CommandLine.Run(command);
}
