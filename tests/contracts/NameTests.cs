using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Texts;

namespace Engage.Contracts.Tests;

/// <summary>A name is what one sees of it, and nobody seems to be who she is not.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("Lin\u202Egpj.exe")]
    [InlineData("\u2066Lin\u2069")]
    [InlineData("Li\u200Bn")]
    [InlineData("Lin\uFEFF teaches")]
    [InlineData("Li\u200Dn")]
    [InlineData("林\u200D老师")]
    [InlineData("Li\u00ADn")]
    [InlineData("\u3164")]
    [InlineData("Lin\U000E0041")]
    public void WhatNobodySeesIsNoPartOfAName(string name)
    {
        Assert.Contains("leave it out", AccountRules.CheckDisplayName(name), StringComparison.Ordinal);
        Assert.NotNull(AccountRules.CheckDevice(name));
    }

    [Theory]
    [InlineData("Course\u202Egpj.exe", false)]
    [InlineData("\u2066Course\u2069", false)]
    [InlineData("Course\U000E0041", false)]
    [InlineData("Course\u0007", false)]
    [InlineData("Co\u00ADope\u00ADra\u00ADtion", true)]
    [InlineData("\uFEFFCourse", true)]
    [InlineData("Course\u200B", true)]
    [InlineData("\u200Fקורס", true)]
    public void TitleMayHaveWhatDoesNotMislead(string title, bool isGood) =>
        Assert.Equal(isGood, LocalizedText.Check("title", new() { En = title }, 200) is null);

    [Theory]
    [InlineData("林老师")]
    [InlineData("Zoë d'Été")]
    [InlineData("\U0001F469\u200D\U0001F469\u200D\U0001F467")]
    [InlineData("\U0001F3F3\uFE0F\u200D\U0001F308 Lin")]
    [InlineData("\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F")]
    [InlineData("می\u200Cخواهم")]
    [InlineData("क्\u200Dष")]
    [InlineData("한국어 이름")]
    [InlineData("<b>bold</b>")]
    [InlineData("Supporter of Ada")]
    [InlineData("Engaged Ada")]
    [InlineData("系统设计课")]
    [InlineData("Team")]
    [InlineData("小助手")]
    [InlineData("王官方")]
    [InlineData("运营喵")]
    [InlineData("System Design 101")]
    [InlineData("Root Beer")]
    [InlineData("Team 5!")]
    [InlineData("1号")]
    public void NamesOfPeopleAreGood(string name)
    {
        Assert.Null(AccountRules.CheckDisplayName(name));
        Assert.Null(LocalizedText.Check("title", new() { Zh = name }, 200));
    }

    [Theory]
    [InlineData("Operator")]
    [InlineData("0perator")]
    [InlineData("Ореrаtоr")]
    [InlineData("ｏｐｅｒａｔｏｒ")]
    [InlineData("𝐎𝐩𝐞𝐫𝐚𝐭𝐨𝐫")]
    [InlineData("A d m i n")]
    [InlineData("adm1n.")]
    [InlineData("Ádmin")]
    [InlineData("Engage Support")]
    [InlineData("★ Support Team ★")]
    [InlineData("5y5tem")]
    [InlineData("管理员")]
    [InlineData("系统管理员")]
    [InlineData("【官方】")]
    [InlineData("官方客服中心")]
    [InlineData("Engage 官方")]
    [InlineData("Admin!")]
    [InlineData("Support 1")]
    [InlineData("客服01号")]
    [InlineData("平台工作人员")]
    [InlineData("系統管理員")]
    public void NobodySeemsToSpeakForThePlatform(string name)
    {
        Assert.Contains("platform", AccountRules.CheckDisplayName(name), StringComparison.Ordinal);
        Assert.True(ReservedNames.Contains(name));
        Assert.Null(AccountRules.CheckDisplayName(name, isOperator: true));
    }

    [Theory]
    [InlineData("support-team", true)]
    [InlineData("adm1n", true)]
    [InlineData("operator_", true)]
    [InlineData("lin", false)]
    [InlineData("admiral", false)]
    public void UserNamesAreReservedAlike(string name, bool reserved) =>
        Assert.Equal(reserved, AccountRules.IsReserved(name));

    [Fact]
    public void HalfOfACharacterIsNone() => Assert.NotNull(AccountRules.CheckDisplayName($"Lin{(char)0xD83D}"));

    [Fact]
    public void LineBreaksAreSeenInADescription() =>
        Assert.Null(LocalizedText.Check("description", new() { En = "One\r\n\tTwo" }, 200));

    [Fact]
    public void ControlCharactersAreNot() =>
        Assert.NotNull(LocalizedText.Check("description", new() { En = "One\u0000Two" }, 200));
}
