using System.Text;
using Engage.Grains.Accounts;

namespace Engage.Grains.Tests.Accounts;

public sealed class TotpTests
{
    /// <summary>The seed of the test vectors of RFC 6238, appendix B.</summary>
    private static readonly byte[] Seed = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void CodesAreThoseOfTheStandard(long seconds, string code)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);

        Assert.Equal(code, Totp.CodeAt(Seed, Totp.StepOf(now)));
        Assert.Equal(Totp.StepOf(now), Totp.Match(Seed, code, now, 0));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void ClockMayBeOneStepOff(int steps, bool taken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var code = Totp.CodeAt(Seed, Totp.StepOf(now) + steps);

        Assert.Equal(taken, Totp.Match(Seed, code, now, 0) is not null);
    }

    [Fact]
    public void CodeIsTakenOnce()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var code = Totp.CodeAt(Seed, Totp.StepOf(now));

        var first = Totp.Match(Seed, code, now, 0);

        Assert.NotNull(first);
        Assert.Null(Totp.Match(Seed, code, now, first.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("１２３４５６")]
    [InlineData("abcdef")]
    public void NonsenseIsNoCode(string code) =>
        Assert.Null(Totp.Match(Seed, code, DateTimeOffset.FromUnixTimeSeconds(59), 0));

    /// <summary>RFC 4648, section 10, without its padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void SecretsAreWrittenInBase32(string text, string written) =>
        Assert.Equal(written, Base32.Encode(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void RecoveryCodesAreReadAsPeopleTypeThem()
    {
        var codes = Secrets.NewRecoveryCodes();

        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Equal(19, code.Length));
        Assert.Equal(
            Secrets.HashRecovery(codes[0]), Secrets.HashRecovery($" {codes[0].Replace("-", "").ToUpperInvariant()} "));
    }
}
