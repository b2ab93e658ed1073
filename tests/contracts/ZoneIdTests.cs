using Engage.Contracts.Economy;

namespace Engage.Contracts.Tests;

public sealed class ZoneIdTests
{
    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Asia/Shanghai")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("Etc/GMT+8")]
    [InlineData("UTC")]
    public void IdsOfTheDataBaseAreFound(string id) => Assert.NotNull(ZoneIds.Find(id));

    [Theory]
    [InlineData("")]
    [InlineData("Nowhere/City")]
    [InlineData("/usr/share/zoneinfo/Europe/Berlin")]
    [InlineData("Europe/../Europe/Berlin")]
    [InlineData("../zoneinfo/Europe/Berlin")]
    [InlineData("./Europe/Berlin")]
    [InlineData("/dev/zero")]
    public void PathsAreNoIds(string id) => Assert.Null(ZoneIds.Find(id));
}
