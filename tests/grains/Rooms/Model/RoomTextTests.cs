using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;
using FsCheck.Fluent;
using FsCheck;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class RoomTextTests
{
    [Theory]
    [InlineData("  hi  ", "hi")]
    [InlineData("　你好　", "你好")]
    [InlineData("a\r\nb\tc", "a  b c")]
    [InlineData("a\u200Bb\uFEFFc\u00ADd", "abcd")]
    [InlineData("\u202Eevil\u202C", "evil")]
    [InlineData("\u2067evil\u2069", "evil")]
    [InlineData("a\u200Db", "ab")]
    [InlineData("好\u200D的", "好的")]
    [InlineData("👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("hi\U000E0068\U000E0069", "hi")]
    [InlineData("e\u0301", "é")]
    [InlineData("o\u0302\u0323", "ộ")]
    [InlineData("o\u0323\u0302", "ộ")]
    [InlineData("か\u3099", "が")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("u\u0308\u0304", "ǖ")]
    public void TextIsCleaned(string text, string expected) => Assert.Equal(expected, RoomText.Clean(text, 500).Text);

    [Fact]
    public void TowersOfMarksAreCut()
    {
        var clean = RoomText.Clean("z" + new string('\u0489', 3) + new string('\u0335', 100), 500);

        Assert.True(clean.Text.Length <= 8, clean.Text);
    }

    [Fact]
    public void CleaningTwiceChangesNothingMore() =>
        Prop.ForAll<string>(text =>
        {
            var once = RoomText.Clean(text, 500);
            return once.Wrong is not null || RoomText.Clean(once.Text, 500) == once;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("👏", true)]
    [InlineData("👏 👏🏿  ❤️", true)]
    [InlineData("👩‍❤️‍💋‍👨", true)]
    [InlineData("1️⃣2️⃣", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("12", false)]
    [InlineData("👏!", false)]
    [InlineData("好", false)]
    public void EmojiOnlyIsRecognised(string text, bool expected) =>
        Assert.Equal(expected, EmojiText.IsOnlyEmoji(text));
}
