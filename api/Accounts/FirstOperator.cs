using System.Security.Cryptography;
using System.Text;
using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Files;
using Microsoft.Extensions.Options;

namespace Engage.Api.Accounts;

/// <summary>
/// A platform without an operator gets one, with a random password that is handed over once, in a file that its owner
/// alone can read. The password is on the disk before the account is made: a start that is interrupted in between
/// hands over the same one. Done before the first request is served.
/// </summary>
internal sealed partial class FirstOperator(
    IGrainFactory grains, BlindIndex index, IOptions<AuthOptions> options, TimeProvider time,
    ILogger<FirstOperator> logger) : IHostedService
{
    private const string UserName = "operator";
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int PasswordLength = 24;
    private const int TriesMax = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.OperatorHandover is not { Length: > 0 } handover) return;

        for (var left = TriesMax; ; left--)
        {
            try
            {
                await MakeAsync(handover);
                return;
            }
            catch (Exception exception) when (
                left > 1 && exception is OrleansException or TimeoutException or BusyException or FileNotFoundException)
            {
                // The actors are still on their way, or another node is at it.
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MakeAsync(string handover)
    {
        var unfinished = $"{handover}.unfinished";
        var operators = grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key);
        if ((await operators.ListAsync()).Length > 0)
        {
            if (File.Exists(unfinished)) HandOver(unfinished, handover);
            return;
        }
        var resumed = File.Exists(unfinished);
        if (!resumed) SecretFile.TryCreate(unfinished, Encoding.ASCII.GetBytes(NewPassword()));
        var password = await File.ReadAllTextAsync(unfinished);
        var name = index.OfName(UserName);
        var signIn = grains.GetGrain<ISignInGrain>(name);
        var made = await signIn.RegisterAsync(
            new($"u-{Guid.CreateVersion7(time.GetUtcNow()):n}"), new(UserName, name, "Operator", password, null, "zh"));

        // Nobody else can have the name: it is reserved. Either an earlier start made it, or another node just has.
        var user = made ?? await signIn.FindAsync();
        if (user is { } found) await operators.AddAsync(found);
        if (made is not null || resumed) HandOver(unfinished, handover);
        else File.Delete(unfinished);
        if (made is not null) LogMade(UserName, handover);
    }

    private static void HandOver(string unfinished, string handover)
    {
        try
        {
            File.Move(unfinished, handover, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another node has done it.
        }
    }

    private static string NewPassword() =>
        string.Join(
            '-', RandomNumberGenerator.GetString(Letters, PasswordLength).Chunk(6).Select(six => new string(six)));

    [LoggerMessage(LogLevel.Information, "The account {UserName} was made; its password is in {File}, to show once")]
    private partial void LogMade(string userName, string file);
}
