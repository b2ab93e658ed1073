using System.Text;
using Engage.Contracts;
using Engage.Storage.Privacy;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

public sealed class SecureDeleteTests : IDisposable
{
    private readonly SqliteSite _site = new();

    [Fact]
    public async Task DestroyedKeyIsLeftInNoFileWhileTheServerRuns()
    {
        using var storage = _site.Open();
        var (lin, max) = (new UserId("u-lin"), new UserId("u-max"));
        await storage.Vault.SealAsync(lin, "p", "x", default);
        await storage.Vault.SealAsync(max, "p", "x", default);
        var wrapped = await WrappedAsync(storage, lin);
        Assert.True(Holds(wrapped));

        await storage.Vault.DestroyAsync(lin, default);

        Assert.False(Holds(wrapped));
        Assert.True(Holds(await WrappedAsync(storage, max)));
        Assert.Equal(0, new FileInfo(Path.Combine(_site.Location, "engage.db-wal")).Length);
    }

    [Fact]
    public async Task ReplacedStateIsLeftInNoFileAfterTheLogIsCutOff()
    {
        using var storage = _site.Open();
        var grain = GrainId.Create("room", "r-1");
        var state = new GrainState<Note>(new Note { Text = string.Concat(Enumerable.Repeat("planted-value ", 2_000)) });
        await storage.States.WriteStateAsync("room", grain, state);

        state.State = new Note { Text = "short" };
        await storage.States.WriteStateAsync("room", grain, state);
        await storage.Services.GetRequiredService<SqliteDatabase>().TruncateLogAsync(default);

        Assert.False(Holds(Encoding.UTF8.GetBytes("planted-value")));
    }

    [Fact]
    public async Task WritingGoesOnWhileAReaderKeepsTheLogFromBeingCutOff()
    {
        using var storage = _site.Open();
        await storage.Probe.CheckAsync(default);
        using var reader = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(_site.Location, "engage.db")};Pooling=False");
        reader.Open();
        using var read = reader.BeginTransaction(deferred: true);
        using var command = reader.CreateCommand();
        command.Transaction = read;
        command.CommandText = "SELECT count(*) FROM storage_counter";
        command.ExecuteScalar();
        await storage.Probe.CheckAsync(default);

        var truncation = storage.Services.GetRequiredService<SqliteDatabase>().TruncateLogAsync(default);
        await storage.Probe.CheckAsync(default);
        Assert.False(truncation.IsCompleted);
        read.Rollback();

        await truncation;
    }

    public void Dispose() => _site.Dispose();

    private static async Task<byte[]> WrappedAsync(OpenStorage storage, UserId user)
    {
        var rows = await storage.Services.GetRequiredService<IPersonalKeyStore>().FindAsync([user], default);
        return rows[0].Wrapped!;
    }

    private bool Holds(ReadOnlySpan<byte> value)
    {
        foreach (var file in Directory.EnumerateFiles(_site.Location, "engage.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(value) >= 0) return true;
        }
        return false;
    }

    public sealed class Note
    {
        public string Text { get; set; } = "";
    }
}
