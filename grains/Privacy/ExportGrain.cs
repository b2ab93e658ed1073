using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Privacy;

/// <summary>
/// Gathers what every source knows of a person. What it makes is never stored: one more copy of everything would be one
/// more place to erase.
/// </summary>
internal sealed partial class ExportGrain(
    IServiceProvider services, ExportSeats seats, TimeProvider time, ILogger<ExportGrain> logger) : Grain, IExportGrain
{
    private const int IdBytes = 16;

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private ExportView? _newest;

    private UserId User => new(this.GetPrimaryKeyString());

    public Task<ExportView?> StartAsync()
    {
        if (_newest is { State: ExportState.Running }) return Task.FromResult<ExportView?>(null);

        _newest = new(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), ExportState.Running, time.GetUtcNow(),
            null, null);
        DelayDeactivation(IExportGrain.Lifetime);
        _ = RunAsync(_newest);
        return Task.FromResult<ExportView?>(_newest);
    }

    public Task<ExportView?> GetAsync(string id) => Task.FromResult(
        _newest is { } newest && newest.Id == id && time.GetUtcNow() - newest.RequestedAt < IExportGrain.Lifetime
            ? newest
            : null);

    private async Task RunAsync(ExportView export)
    {
        await seats.TakeAsync();
        try
        {
            _newest = export with
            {
                Packed = await PackAsync(export), State = ExportState.Ready, ReadyAt = time.GetUtcNow(),
            };
        }
        // She is told that it failed, and asks for another.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, User);
            _newest = export with { State = ExportState.Failed };
        }
        finally
        {
            seats.Leave();
        }
    }

    /// <summary>One source after the other, so that never more than what one knows is there unpacked.</summary>
    private async Task<byte[]> PackAsync(ExportView export)
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var json = new Utf8JsonWriter(gzip, Readable))
        {
            json.WriteStartObject();
            json.WriteString("user", User.Value);
            json.WriteString("exportedAt", export.RequestedAt);
            foreach (var source in services.GetServices<IPersonalData>())
            {
                if (await source.ExportAsync(User, CancellationToken.None) is not { } known) continue;

                json.WritePropertyName(source.Section);
                known.WriteTo(json);
                await json.FlushAsync();
            }
            json.WriteEndObject();
        }
        return packed.ToArray();
    }

    [LoggerMessage(LogLevel.Error, "The export of user {User} failed")]
    private partial void LogFailed(Exception exception, UserId user);
}
