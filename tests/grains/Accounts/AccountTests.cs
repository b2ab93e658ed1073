using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Grains.Accounts;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests.Accounts;

public sealed class AccountTests
{
    private const string Password = "correct horse battery";
    private static readonly (string, string) Cheap = ("Accounts:PasswordIterations", "1000");

    [Fact]
    public async Task InterruptedRegistrationIsBroughtToItsEndByTheNext()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        platform.Storage.Refuses = name => name == "account";
        await Assert.ThrowsAnyAsync<Exception>(() => RegisterAsync(platform, "lin", "u-1"));
        platform.Storage.Refuses = _ => false;

        var found = await SignIn(platform, "n-lin").FindAsync();
        var made = await RegisterAsync(platform, "lin", "u-2");
        var again = await RegisterAsync(platform, "lin", "u-3");

        Assert.Equal(new UserId("u-1"), found);
        Assert.Equal(new UserId("u-1"), made);
        Assert.Null(again);
    }

    [Fact]
    public async Task PasswordIsHashedAnewWhenParametersRise()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await platform.StopAsync();
        platform.Settings["Accounts:PasswordIterations"] = "2000";
        await platform.StartAsync();

        var first = await SignInAsync(platform, "u-1", "s-1");
        await platform.StopAsync();
        platform.Settings["Accounts:PasswordIterations"] = "1000";
        await platform.StartAsync();
        var second = await SignInAsync(platform, "u-1", "s-2");
        var wrong = await SignInAsync(platform, "u-1", "s-3", "wrong horse battery");

        Assert.Equal((true, true), (first.IsDone, second.IsDone));
        Assert.Equal(AccountOutcome.WrongPassword, wrong.Outcome);
    }

    [Fact]
    public async Task PasswordChangeEndsTheOtherSessionsAndTellsTheList()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await SignInAsync(platform, "u-1", "s-1");
        await SignInAsync(platform, "u-1", "s-2");

        var wrong = await Account(platform).ChangePasswordAsync("not this one", "new horse battery", "s-1");
        var done = await Account(platform).ChangePasswordAsync(Password, "new horse battery", "s-1");

        var revoked = await Revoked(platform);
        Assert.Equal(AccountOutcome.WrongPassword, wrong.Outcome);
        Assert.True(done.IsDone);
        Assert.Equal("s-1", Assert.Single(await Account(platform).ListSessionsAsync()).Id);
        Assert.Equal(("s-2", RevocationReasons.Password), (revoked.Single().Session, revoked.Single().Reason));
        Assert.False((await SignInAsync(platform, "u-1", "s-3")).IsDone);
    }

    [Fact]
    public async Task RevocationThatCouldNotBeAnnouncedIsAnnouncedByTheNextActivation()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await SignInAsync(platform, "u-1", "s-1");
        platform.Storage.Refuses = name => name == "revocations";
        await Assert.ThrowsAnyAsync<Exception>(() => Account(platform).EndSessionAsync("s-1", "signedOut"));

        await platform.StopAsync();
        await platform.StartAsync();
        await Account(platform).GetAsync();

        Assert.Equal("s-1", Assert.Single(await Revoked(platform)).Session);
    }

    [Fact]
    public async Task EndOfASessionThatCouldNotBeAnnouncedMayBeAskedForAgain()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await SignInAsync(platform, "u-1", "s-1");
        platform.Storage.Refuses = name => name == "revocations";
        await Assert.ThrowsAnyAsync<Exception>(() => Account(platform).EndSessionAsync("s-1", "signedOut"));
        platform.Storage.Refuses = _ => false;

        var ended = await Account(platform).EndSessionAsync("s-1", "signedOut");
        var unknown = await Account(platform).EndSessionAsync("s-2", "signedOut");

        Assert.Equal((true, false), (ended, unknown));
        Assert.Equal("s-1", Assert.Single(await Revoked(platform)).Session);
    }

    [Fact]
    public async Task AuthenticatorIsAskedForOnceItIsConfirmed()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await SignInAsync(platform, "u-1", "s-1");
        var begun = await Account(platform).BeginTotpAsync(Password);
        var secret = FromBase32(begun.Texts[0]);

        var step = Totp.StepOf(TimeProvider.System.GetUtcNow());
        var before = await SignInAsync(platform, "u-1", "s-2");
        var confirmed = await Account(platform).ConfirmTotpAsync("s-1", Totp.CodeAt(secret, step));
        var without = await SignInAsync(platform, "u-1", "s-3");
        var replayed = await SignInAsync(platform, "u-1", "s-4", codes: new(Totp.CodeAt(secret, step), null));
        var next = await SignInAsync(platform, "u-1", "s-5", codes: new(Totp.CodeAt(secret, step + 1), null));
        var recovered = await SignInAsync(platform, "u-1", "s-6", codes: new(null, confirmed.Texts[3]));
        var twice = await SignInAsync(platform, "u-1", "s-7", codes: new(null, confirmed.Texts[3]));

        Assert.True(before.IsDone);
        Assert.Equal(10, confirmed.Texts.Length);
        Assert.Equal(AccountOutcome.CodeRequired, without.Outcome);
        Assert.Equal(AccountOutcome.WrongCode, replayed.Outcome);
        Assert.True(next.IsDone);
        Assert.NotNull(next.Session!.OtpAt);
        Assert.True(recovered.IsDone);
        Assert.Equal(AccountOutcome.WrongCode, twice.Outcome);
    }

    [Fact]
    public async Task CodesCannotBeGuessedFasterThanTheBackOff()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await SignInAsync(platform, "u-1", "s-1");
        var secret = FromBase32((await Account(platform).BeginTotpAsync(Password)).Texts[0]);
        var step = Totp.StepOf(TimeProvider.System.GetUtcNow());
        await Account(platform).ConfirmTotpAsync("s-1", Totp.CodeAt(secret, step));

        var outcomes = new List<AccountOutcome>();
        while (outcomes.Count < 30 && !outcomes.Contains(AccountOutcome.Wait))
            outcomes.Add((await Account(platform).StepUpAsync("s-1", new("000000", null))).Outcome);

        Assert.All(outcomes.Take(5), outcome => Assert.Equal(AccountOutcome.WrongCode, outcome));
        Assert.Equal(AccountOutcome.Wait, outcomes[^1]);
    }

    [Fact]
    public async Task AddressIsSlowedDownWhateverTheNamesAndOneOwnAccountDoesNotHelp()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap, ("Accounts:FailuresPerAddress", "10"));
        var address = platform.Grains.GetGrain<ISignInThrottleGrain>("a-1");

        var tries = 0;
        while (tries < 100 && await address.TryAsync() == TimeSpan.Zero)
            if (++tries == 5)
                await address.SucceededAsync();

        Assert.Equal(11, tries);
    }

    [Fact]
    public async Task ErasedAccountLeavesItsNameFreeAndNothingToRead()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await SignInAsync(platform, "u-1", "s-1");
        await platform.Grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key).AddAsync(new("u-1"));
        var sources = platform.Services.GetServices<IPersonalData>().ToArray();
        var account = sources.Single(source => source.Section == "account");
        var exported = await account.ExportAsync(new("u-1"), CancellationToken.None);

        foreach (var _ in Enumerable.Range(0, 2))
            foreach (var source in sources.Where(source => source.Section is "account" or "letters"))
                await source.EraseAsync(new("u-1"), CancellationToken.None);

        Assert.Equal("lin", (string?)exported!["userName"]);
        Assert.Single(exported["sessions"]!.AsArray());
        Assert.Null(await account.ExportAsync(new("u-1"), CancellationToken.None));
        Assert.Null(await SignIn(platform, "n-lin").FindAsync());
        Assert.Equal("s-1", Assert.Single(await Revoked(platform)).Session);
        Assert.Empty(await platform.Grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key).ListAsync());
        Assert.Equal(new UserId("u-9"), await RegisterAsync(platform, "lin", "u-9"));
    }

    [Fact]
    public async Task LastOperatorStays()
    {
        await using var platform = await TestPlatform.StartAsync(Cheap);
        await RegisterAsync(platform, "lin", "u-1");
        await RegisterAsync(platform, "ada", "u-2");
        var operators = platform.Grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key);

        Assert.False(await operators.AddAsync(new("u-nobody")));
        Assert.True(await operators.AddAsync(new("u-1")));
        Assert.False(await operators.RemoveAsync(new("u-1"), evenLast: false));
        Assert.True(await operators.AddAsync(new("u-2")));
        Assert.True(await operators.RemoveAsync(new("u-1"), evenLast: false));
        Assert.Equal([new UserId("u-2")], await operators.ListAsync());
    }

    private static IAccountGrain Account(TestPlatform platform) => platform.Grains.GetGrain<IAccountGrain>("u-1");

    private static ISignInGrain SignIn(TestPlatform platform, string index) =>
        platform.Grains.GetGrain<ISignInGrain>(index);

    private static Task<UserId?> RegisterAsync(TestPlatform platform, string name, string user) =>
        SignIn(platform, $"n-{name}").RegisterAsync(
            new(user), new(name, $"n-{name}", name, Password, null, AccountRules.LanguageDefault));

    private static Task<AccountReply> SignInAsync(
        TestPlatform platform, string user, string session, string password = Password, Codes? codes = null) =>
        platform.Grains.GetGrain<IAccountGrain>(user).SignInAsync(
            new(password, codes ?? Codes.None, session, Secrets.Hash(session), "a device"));

    private static Task<Revocation[]> Revoked(TestPlatform platform) =>
        platform.Grains.GetGrain<IRevocationsGrain>(IRevocationsGrain.Key).WatchAsync(
            platform.Grains.CreateObjectReference<IRevocationObserver>(new Deaf()));

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(letter =>
            Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(eight => eight.Length == 8).Select(eight => Convert.ToByte(new(eight), 2))];
    }

    private sealed class Deaf : IRevocationObserver
    {
        public void OnRevoked(Revocation[] revocations)
        {
        }
    }
}
