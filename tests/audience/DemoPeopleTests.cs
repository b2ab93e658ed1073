using Engage.Audience.Driving;

namespace Engage.Audience.Tests;

public sealed class DemoPeopleTests
{
    [Fact]
    public void PasswordsStayThoseOfTheirSecretAndAreNobodyElses()
    {
        var here = new DemoPeople("one secret");
        var again = new DemoPeople("one secret");
        var elsewhere = new DemoPeople("another secret");

        Assert.Equal(here.Visitors, again.Visitors);
        Assert.Equal(here.Listener(1, "A"), again.Listener(1, "A"));
        Assert.Equal(
            8, here.Visitors.Concat(elsewhere.Visitors).Append(here.Listener(1, "A")).Append(elsewhere.Listener(1, "A"))
                .Select(account => account.Password).Distinct().Count());
        Assert.All(here.Visitors, account => Assert.True(account.Password.Length >= 16));
    }
}
