using System.Net;
using System.Net.Mail;
using System.Text;
using Engage.Contracts;
using Engage.Contracts.Mail;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Mail;

/// <summary>Gives letters to a mail server, or lays them into the outbox, a folder per person.</summary>
internal sealed class PostOffice(IOptions<MailOptions> options)
{
    private readonly MailOptions _options = options.Value;

    /// <exception cref="SmtpException">The server did not take it; it may be tried again.</exception>
    /// <exception cref="IOException">The outbox cannot be written.</exception>
    public async Task DeliverAsync(Letter letter, CancellationToken cancellationToken)
    {
        var (subject, body) = LetterTexts.Write(letter, _options.PublicUrl);
        using var message = new MailMessage(new MailAddress(_options.From), new MailAddress(letter.To))
        {
            Subject = subject,
            SubjectEncoding = Encoding.UTF8,
            Body = body,
            BodyEncoding = Encoding.UTF8,
        };
        using var client = _options.Host.Length > 0 ? Server() : Folder(letter.User);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Timeout);
        await client.SendMailAsync(message, patience.Token);
    }

    /// <summary>All that was ever laid there for her. Doing it again is harmless.</summary>
    public void Forget(UserId user)
    {
        var folder = FolderOf(user);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Removes letters that were laid there before then.</summary>
    /// <returns>How many.</returns>
    public long Expire(DateTimeOffset before)
    {
        if (!Directory.Exists(_options.Outbox)) return 0;

        var removed = 0L;
        foreach (var letter in Directory.EnumerateFiles(_options.Outbox, "*", SearchOption.AllDirectories))
        {
            if (File.GetLastWriteTimeUtc(letter) >= before.UtcDateTime) continue;
            File.Delete(letter);
            removed++;
        }
        return removed;
    }

    /// <returns>The names of her letters in the outbox.</returns>
    public string[] List(UserId user) => FolderOf(user) is var folder && Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)]
        : [];

    private SmtpClient Server()
    {
        var client = new SmtpClient(_options.Host, _options.Port) { EnableSsl = _options.Tls };
        if (_options.UserName.Length > 0)
            client.Credentials = new NetworkCredential(_options.UserName, _options.Password);
        return client;
    }

    private SmtpClient Folder(UserId user)
    {
        var folder = FolderOf(user);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new()
        {
            DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = folder,
        };
    }

    /// <summary>An id has no slash in it, nor is it dots alone: <see cref="IdText.IsValid"/>.</summary>
    private string FolderOf(UserId user) => IdText.IsValid(user.Value)
        ? Path.GetFullPath(Path.Combine(_options.Outbox, user.Value))
        : throw new ArgumentException($"'{user}': expected a user id.", nameof(user));
}
