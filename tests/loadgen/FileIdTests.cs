using System.Text.RegularExpressions;
using Engage.LoadGen.Replay;

namespace Engage.LoadGen.Tests;

public sealed partial class FileIdTests
{
    [Theory]
    [InlineData("42", "u-42")]
    [InlineData("a b", "u-a:20b")]
    [InlineData("x/y", "u-x:2Fy")]
    [InlineData("a:20b", "u-a:3A20b")]
    [InlineData("书", "u-:E4:B9:A6")]
    [InlineData("", "u-")]
    public void AnyTextBecomesAnAllowedIdAndComesBack(string id, string expected)
    {
        var escaped = FileId.ToPlatform("u-", id);

        Assert.Equal(expected, escaped);
        Assert.Equal(id, FileId.FromPlatform(escaped[2..]));
    }

    [Fact]
    public void LongIdsStayDifferentAndAllowed()
    {
        string[] ids =
        [
            new('x', 62), new('x', 63), new('x', 64), "h" + new string('x', 70),
            new('书', 30), new string('书', 30) + "a",
        ];

        var escaped = ids.Select(id => FileId.ToPlatform("c-", id)).ToArray();

        Assert.Equal(ids.Length, escaped.Distinct().Count());
        Assert.All(escaped, id => Assert.Matches(Allowed(), id));
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,64}$")]
    private static partial Regex Allowed();
}
