using Engage.Api.Accounts;
using Engage.Contracts;

namespace Engage.Api.Tests.Accounts;

public sealed class RefreshTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-keys-").FullName;
    private readonly RefreshTokens _tokens;

    public RefreshTokenTests() => _tokens = new(AccountKeys.LoadOrCreate(_folder));

    [Theory]
    [InlineData("u-1")]
    [InlineData("u.with.dots:and-more_")]
    public void WhatWasWrittenIsRead(string user)
    {
        var token = RefreshTokens.New(new(user), RefreshTokens.NewSession());

        var read = _tokens.Read(_tokens.Write(token));

        Assert.Equal(token.User, read!.User);
        Assert.Equal(token.Session, read.Session);
        Assert.Equal(token.Secret, read.Secret);
    }

    [Fact]
    public void ChangedTokenIsNotOurs()
    {
        var text = _tokens.Write(RefreshTokens.New(new("u-1"), "s-1"));

        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];

            // The last letter of base64 has bits that mean nothing.
            if (i < text.Length - 1) Assert.Null(_tokens.Read(changed));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("rt1.")]
    [InlineData("rt1....")]
    [InlineData("rt1.u-1.s-1.AAAA.AAAA")]
    [InlineData("gt1.u-guest-1.99999999999999999999.AAAAAAAAAAAAAAAAAAAAAA")]
    public void NonsenseIsRefused(string text)
    {
        Assert.Null(_tokens.Read(text));
        Assert.Null(_tokens.ReadGuest(text, Now));
    }

    [Fact]
    public void SuccessorIsTheSameEachTimeAndNobodysWithoutTheKey()
    {
        var spent = RefreshTokens.New(new("u-1"), "s-1");
        var elsewhere = Directory.CreateTempSubdirectory("engage-keys-");
        var others = new RefreshTokens(AccountKeys.LoadOrCreate(elsewhere.FullName));

        var next = _tokens.Next(spent);

        Assert.Equal(next.Secret, _tokens.Next(spent).Secret);
        Assert.NotEqual(next.Secret, spent.Secret);
        Assert.NotEqual(next.Secret, others.Next(spent).Secret);
        elsewhere.Delete(recursive: true);
    }

    [Fact]
    public void GuestIsKnownUntilHerDayIsOver()
    {
        var guest = RefreshTokens.NewGuest(Now.AddDays(1));
        var text = _tokens.Write(guest);

        Assert.Equal(guest, _tokens.ReadGuest(text, Now));
        Assert.Null(_tokens.ReadGuest(text, Now.AddDays(1)));
        Assert.Null(_tokens.Read(text));
    }

    [Fact]
    public void IndexFoldsNamesAndTellsKindsApart()
    {
        var index = new BlindIndex(AccountKeys.LoadOrCreate(_folder));

        Assert.Equal(index.OfMail("Lin@Example.org"), index.Of(" lin@example.org "));
        Assert.Equal(index.OfName("lin"), index.Of("LIN"));
        Assert.NotEqual(index.OfName("lin")[2..], index.OfMail("lin")[2..]);
        Assert.DoesNotContain("lin", index.OfName("lin"), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
