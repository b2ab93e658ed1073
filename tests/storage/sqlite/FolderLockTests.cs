using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Engage.Storage.Tests;

/// <summary>One process owns a data folder.</summary>
public sealed class FolderLockTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SecondProcessIsRefusedAndToldWhichFolder()
    {
        _folder.Open();

        using var second = AppenderProcess.Start("sqlite", _folder.Path, "", workers: 1);
        var said = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();

        Assert.Equal(3, second.ExitCode);
        Assert.Contains($"'{_folder.Path}' is in use", said, StringComparison.Ordinal);
    }

    [Fact]
    public void SecondOpeningInTheSameProcessIsRefusedUntilTheFirstIsClosed()
    {
        var first = _folder.Open();

        var error = Assert.Throws<StorageException>(() => _folder.Open());
        first.Dispose();
        _folder.Open().Dispose();

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderInUseStopsTheStart()
    {
        _folder.Open();
        using var host = Build(_folder);

        var error = await Assert.ThrowsAsync<StorageException>(() => host.StartAsync());

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    private static IHost Build(StorageFolder folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSqliteStorage(options => options.Path = folder.Path);
        return builder.Build();
    }
}
