using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Engage.Contracts;
using Engage.Contracts.Mail;
using Engage.Grains.Mail;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Tests.Mail;

public sealed class PostOfficeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-mail-").FullName;

    [Theory]
    [InlineData("zh", "你的验证码是 482913。")]
    [InlineData("en", "Your code is 482913.")]
    public async Task LetterGoesToTheMailServer(string language, string sentence)
    {
        using var server = new MailServer();
        var office = Office(new() { Host = "127.0.0.1", Port = server.Port, Tls = false, Outbox = _folder });

        await office.DeliverAsync(Verification(language), CancellationToken.None);

        Assert.Equal("<no-reply@localhost>", server.From);
        Assert.Equal("<lin@example.org>", server.To);
        Assert.Contains(sentence, server.Body, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080/#/verify?token=u-1.secret", server.Body, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task ServerThatRefusesIsAFailureToTryAgain()
    {
        using var server = new MailServer(refuses: true);
        var office = Office(new() { Host = "127.0.0.1", Port = server.Port, Tls = false, Outbox = _folder });

        await Assert.ThrowsAnyAsync<SmtpException>(
            () => office.DeliverAsync(Verification("en"), CancellationToken.None));
    }

    [Fact]
    public async Task WithoutAServerLettersLieInTheirOwnersFolderUntilSheIsForgotten()
    {
        var office = Office(new() { Outbox = _folder });
        await office.DeliverAsync(Verification("en"), CancellationToken.None);
        await office.DeliverAsync(Verification("en") with { User = new("u-2") }, CancellationToken.None);

        var letters = office.List(new("u-1"));
        office.Forget(new("u-1"));
        office.Forget(new("u-1"));

        Assert.EndsWith(".eml", Assert.Single(letters), StringComparison.Ordinal);
        Assert.Empty(office.List(new("u-1")));
        Assert.Single(office.List(new("u-2")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.Combine(_folder, "u-2")));
    }

    [Fact]
    public async Task IdThatIsNoneIsNoFolder() => await Assert.ThrowsAsync<ArgumentException>(
        () => Office(new() { Outbox = _folder }).DeliverAsync(
            Verification("en") with { User = new("../u-1") }, CancellationToken.None));

    [Fact]
    public void EveryKindHasATextInBothLanguages()
    {
        var letters = from kind in Enum.GetValues<LetterKind>()
                      from language in new[] { "zh", "en" }
                      select LetterTexts.Write(new(new("u-1"), "a@b.c", kind, language, "s", "c"), "http://x");

        Assert.Equal(12, letters.Distinct().Count());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static PostOffice Office(MailOptions options) => new(Options.Create(options));

    private static Letter Verification(string language) =>
        new(new UserId("u-1"), "lin@example.org", LetterKind.VerifyMail, language, "u-1.secret", "482913");

    /// <summary>Takes one letter, as RFC 5321 has it.</summary>
    private sealed class MailServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly bool _refuses;
        private readonly Task _serving;
        private readonly StringBuilder _data = new();

        public MailServer(bool refuses = false)
        {
            _refuses = refuses;
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string From { get; private set; } = "";

        public string To { get; private set; } = "";

        /// <summary>The text, without its transfer encoding.</summary>
        public string Body => Encoding.UTF8.GetString(Convert.FromBase64String(
            _data.ToString().Split("\r\n\r\n", 2)[1].Replace("\r\n", "", StringComparison.Ordinal)));

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n" };
            writer.AutoFlush = true;
            await writer.WriteLineAsync("220 test");
            while (await reader.ReadLineAsync() is { } line)
                await writer.WriteLineAsync(await AnswerAsync(line, reader, writer));
        }

        private async Task<string> AnswerAsync(string line, StreamReader reader, StreamWriter writer)
        {
            if (line.StartsWith("MAIL FROM:", StringComparison.OrdinalIgnoreCase)) From = line[10..].Split(' ')[0];
            if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase))
            {
                To = line[8..];
                return _refuses ? "550 no" : "250 ok";
            }
            if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase)) return "250 ok";

            await writer.WriteLineAsync("354 go on");
            while (await reader.ReadLineAsync() is { } text && text != ".") _data.Append(text).Append("\r\n");
            return "250 taken";
        }
    }
}
