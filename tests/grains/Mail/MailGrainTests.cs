using Engage.Contracts;
using Engage.Contracts.Mail;
using Engage.Contracts.Privacy;
using Engage.Grains.Mail;
using Engage.Grains.Tests.Plans;
using Engage.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Tests.Mail;

/// <summary>Letters that could not be delivered at once, and people who go meanwhile.</summary>
public sealed class MailGrainTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-mail-").FullName;
    private readonly FakeTimeProvider _time = new();

    private string Outbox => Path.Combine(_folder, "outbox");

    [Fact]
    public async Task LetterThatIsTriedAgainIsNotSentToWhoeverWasErasedMeanwhile()
    {
        await using var platform = await TestPlatform.StartAsync(_ => { });
        var office = new PostOffice(Options.Create(new MailOptions { Outbox = Outbox }));
        var mail = new MailGrain(office, platform.Grains, _time, NullLogger<MailGrain>.Instance);
        // Where the folder should be is a file: nothing can be delivered.
        await File.WriteAllTextAsync(Outbox, "");
        var hers = mail.SendAsync(LetterTo("u-lin"));
        var others = mail.SendAsync(LetterTo("u-max"));

        while (_time.DueTimes.Length < 2) await Task.Yield();
        await platform.Grains.GetGrain<IErasureGrain>("u-lin").RequestAsync();
        File.Delete(Outbox);
        while (!hers.IsCompleted || !others.IsCompleted)
        {
            _time.Advance(Pause);
            await Task.Yield();
        }
        await Task.WhenAll(hers, others);

        Assert.Single(office.List(new("u-max")));
        Assert.False(Directory.Exists(Path.Combine(Outbox, "u-lin")));
    }

    [Fact]
    public async Task LetterThatWasUnderWayWhenTheOthersWereRemovedGoesWithTheTraces()
    {
        var office = new PostOffice(Options.Create(new MailOptions { Outbox = Outbox }));
        var source = new OutboxPersonalData(office);
        await source.EraseAsync(new("u-lin"), CancellationToken.None);
        await office.DeliverAsync(LetterTo("u-lin"), CancellationToken.None);

        await source.ForgetTracesAsync(new("u-lin"), CancellationToken.None);

        Assert.Empty(office.List(new("u-lin")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Letter LetterTo(string user) =>
        new(new UserId(user), "lin@example.org", LetterKind.VerifyMail, "en", $"{user}.secret", "482913");
}
