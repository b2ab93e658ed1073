using Engage.Contracts.Accounts;
using Engage.Contracts.Rooms;

namespace Engage.Contracts.Tests;

public sealed class SecretTextTests
{
    [Fact]
    public void NothingSecretIsInWhatIsWrittenOfACall()
    {
        const string Secret = "planted-value";
        object[] arguments =
        [
            (SecretText)Secret,
            new MailAddressClaim(Secret, "m-1"),
            new Codes(Secret, Secret),
            new Registration(Secret, "n-1", Secret, Secret, new(Secret, "m-1"), "en"),
            new SignIn(Secret, new(Secret, null), "s-1", [], Secret),
            new Account(new("u-1"), Secret, Secret, "en", Secret, Secret, false, false, default),
            new Standing { BanReason = Secret, MuteReason = Secret },
            new StandingChange(new("u-1"), null, null, Secret, null, Secret, null),
            new Mention(new("r-1"), 1, new(new("u-2"), Secret), Secret, default),
        ];

        Assert.DoesNotContain(arguments, argument => $"{argument}".Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void NoCallOfAnAccountTakesASecretAsPlainText()
    {
        string[] secrets = ["password", "current", "code", "secret", "displayName"];

        var plain = typeof(IAccountGrain).GetMethods().SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType == typeof(string) && secrets.Contains(parameter.Name));

        Assert.Empty(plain);
    }
}
