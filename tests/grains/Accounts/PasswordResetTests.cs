using Engage.Contracts;
using Engage.Contracts.Mail;
using Engage.Grains.Accounts;

namespace Engage.Grains.Tests.Accounts;

/// <summary>Anybody may ask for a link to somebody else's new password; it is not to hurt her.</summary>
public sealed class PasswordResetTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly AccountState _state = new();
    private readonly PersonalText _personal = new(new OpenVault(), new("u-1"));

    [Fact]
    public async Task LinkIsGoodForAnHourHoweverManyAreAskedFor()
    {
        var letters = await AskEveryMinuteAsync(minutes: 30);

        var first = SecretOf(letters[0]);
        Assert.True(Mail().IsReset(first, Start.AddHours(1)));
        Assert.False(Mail().IsReset(first, Start.AddHours(1).AddSeconds(1)));
        Assert.False(Mail().IsReset(first + "x", Start));
    }

    [Fact]
    public async Task LetterBoxIsNotFilledByAskingAgainAndAgain()
    {
        var letters = await AskEveryMinuteAsync(minutes: 60);
        var atOnce = await Mail().BeginResetAsync("en", Start.AddMinutes(59));
        var later = await Mail().BeginResetAsync("en", Start.AddHours(2));

        Assert.Equal(5, letters.Count);
        Assert.Null(atOnce);
        Assert.NotNull(later);
    }

    private async Task<List<Letter>> AskEveryMinuteAsync(int minutes)
    {
        var sealedAddress = await _personal.SealAsync(PersonalText.Mail, "lin@example.org");
        _state.Mail = new(sealedAddress, "m-1");
        var letters = new List<Letter>();
        for (var minute = 0; minute < minutes; minute++)
            if (await Mail().BeginResetAsync("en", Start.AddMinutes(minute)) is { } letter)
                letters.Add(letter);
        return letters;
    }

    private AccountMail Mail() => new(_state, _personal, null!, new UserId("u-1"));

    private static string SecretOf(Letter letter) => letter.Secret![(letter.Secret!.LastIndexOf('.') + 1)..];
}
