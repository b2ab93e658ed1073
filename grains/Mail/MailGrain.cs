using System.Net.Mail;
using Engage.Contracts;
using Engage.Contracts.Mail;
using Engage.Contracts.Privacy;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Engage.Grains.Mail;

/// <summary>
/// Tries three times. Nothing that cannot be asked for again is in a letter, so one that is lost is not tried for ever;
/// and whoever is erased meanwhile gets none any more.
/// </summary>
[StatelessWorker, Reentrant]
internal sealed partial class MailGrain(
    PostOffice office, IGrainFactory grains, TimeProvider time, ILogger<MailGrain> logger) : Grain, IMailGrain
{
    private const int UnderWayMax = 64;
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20)];
    private int _underWay;

    public async Task SendAsync(Letter letter)
    {
        if (_underWay >= UnderWayMax)
        {
            LogGivenUp(null, letter.User, letter.Kind);
            return;
        }
        _underWay++;
        try
        {
            await TryAsync(letter);
        }
        finally
        {
            _underWay--;
        }
    }

    private async Task TryAsync(Letter letter)
    {
        for (var failures = 0; ; failures++)
        {
            if (await grains.GetGrain<IErasureGrain>(letter.User.Value).GetAsync() is not null)
            {
                LogDropped(letter.User, letter.Kind);
                return;
            }
            try
            {
                await office.DeliverAsync(letter, CancellationToken.None);
                return;
            }
            catch (Exception exception) when (
                exception is SmtpException or IOException or OperationCanceledException or UnauthorizedAccessException)
            {
                if (failures >= Pauses.Length)
                {
                    LogGivenUp(Cause(exception), letter.User, letter.Kind);
                    return;
                }
                await Task.Delay(Pauses[failures], time);
            }
        }
    }

    /// <summary>The text of an SMTP failure quotes the address, which is nobody's business in a log.</summary>
    private static InvalidOperationException Cause(Exception exception) => exception is SmtpException smtp
        ? new($"{nameof(SmtpException)}: {smtp.StatusCode}")
        : new(exception.GetType().Name);

    [LoggerMessage(LogLevel.Information, "A letter to {User} ({Kind}) is not sent: the person is erased")]
    private partial void LogDropped(UserId user, LetterKind kind);

    [LoggerMessage(LogLevel.Error, "A letter to {User} ({Kind}) could not be delivered; it has to be asked for again")]
    private partial void LogGivenUp(Exception? exception, UserId user, LetterKind kind);
}
