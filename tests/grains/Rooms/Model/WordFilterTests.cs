using Engage.Grains.Rooms;
using FsCheck.Fluent;
using FsCheck;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class WordFilterTests
{
    private static readonly WordFilter Filter = new(
        ["ass", "fuck", "shit", "hell", "penis", "anus", "spam", "kill", "god", "butt", "cant", "boob", "8964",
            "傻逼", "法轮功", "妈的", "国人", "加微信", "加vx", "colour"]);

    public static TheoryData<string, string> Evasions() => new()
    {
        { "fuck", "fuck" }, { "fuck", "FUCK you" }, { "fuck", "well, fuck." }, { "fuck", "f u c k" },
        { "fuck", "f.u.c.k" }, { "fuck", "f-u_c*k!" }, { "fuck", "fu ck off" }, { "fuck", "f uck" },
        { "fuck", "ｆｕｃｋ" }, { "fuck", "ｆ　ｕ　ｃ　ｋ" }, { "fuck", "f\u200Bu\u200Bc\u200Bk" }, { "fuck",
            "f\u0336u\u0336c\u0336k" },
        { "fuck", "fuuuuck" }, { "fuck", "ffuucckk" }, { "fuck", "fúçk" }, { "fuck", "𝓯𝓾𝓬𝓴" }, { "fuck", "ⓕⓤⓒⓚ" },
        { "fuck", "🅵🆄🅲🅺" }, { "fuck", "fυсk" }, { "fuck", "fucking" }, { "fuck", "f🙂u🙂c🙂k" },
        { "fuck", "你fuck吗" },
        { "fuck", "f\nu\nc\nk" }, { "fuck", "F  U   C  K" }, { "fuck", "f'u'c'k" }, { "fuck", "xx fuck2" },
        { "ass", "a s s" }, { "ass", "a$$" }, { "ass", "@ss" }, { "ass", "4ss" }, { "ass", "asssss" }, { "ass",
            "a.s.s!" },
        { "ass", "you ass!" }, { "ass", "a55" }, { "ass", "a!s!s" },
        { "shit", "sh1t" }, { "shit", "sh!t" }, { "shit", "$h1t" }, { "shit", "s h i t" }, { "shit", "sh it" },
        { "shit", "5h17" }, { "shit", "SHIIIIT" }, { "kill", "k1ll" }, { "kill", "ki11" }, { "kill", "k!||" },
        { "kill", "k 1 l 1" }, { "penis", "p e n i s" }, { "penis", "pen1s" }, { "penis", "p3n1s" }, { "penis",
            "рenis" },
        { "god", "g0d" }, { "god", "goood" }, { "spam", "s  p  a  m" }, { "spam", "SpÄm" }, { "8964", "8964" },
        { "8964", "8 9 6 4" }, { "colour", "ｃｏｌｏｕｒｓ" },
        { "傻逼", "傻逼" }, { "傻逼", "你真傻 逼" }, { "傻逼", "傻*逼" }, { "傻逼", "你傻.逼啊" }, { "傻逼", "傻🙂逼" },
        { "傻逼", "傻\u200B逼" }, { "傻逼", "傻傻傻傻逼" }, { "傻逼", "傻。逼" }, { "傻逼", "傻——逼" },
        { "法轮功", "练法 轮 功吗" }, { "法轮功", "法-轮-功" }, { "法轮功", "练法，轮，功的" }, { "法轮功", "法|轮|功" },
        { "法轮功", "法轮　功" }, { "妈的", "他妈的" }, { "加微信", "加 微 信" }, { "加vx", "请加ＶＸ" }, { "加vx", "加 V-X" },
    };

    public static TheoryData<string> Innocents() =>
    [
        "class", "assess the assignment", "Scunthorpe", "pass it on", "as sure as I was", "grass is green", "bass solo",
        "he'll be there", "she'll sing", "hello", "shell", "the pen is here", "He has a pen. Is it yours?",
            "an US company",
        "good", "skills", "shiitake", "push it", "this hit hard", "analysis",
        "butter", "button", "can't", "cantaloupe", "was sitting", "a sad story", "gas station", "6489", "8965", "1964",
        "user@ss.com", "the class has sand", "as she said", "boobook", "a book", "fu", "f u", "in the house",
            "I am", "A B C",
        "中国，人民", "中国。人民", "中国 人民", "妈妈的书", "国家人民", "加油", "微信支付", "法国轮船功能", "傻瓜", "逼真",
        "你好，世界！", "今天学习深度学习", "👏👏👏", "", " ", "!!!", "1111", "$$$", "@@@@", "100", "1.5.5", "+1",
    ];

    [Theory]
    [MemberData(nameof(Evasions))]
    public void DisguisedWordIsFound(string word, string text) => Assert.Equal(word, Filter.Find(text));

    [Theory]
    [MemberData(nameof(Innocents))]
    public void InnocentTextIsLeftAlone(string text) => Assert.Null(Filter.Find(text));

    [Fact]
    public void TextMadeToBeSlowIsGivenUpAndUnwanted()
    {
        var filter = new WordFilter([.. Enumerable.Range(0, 200).Select(i =>
            string.Concat(Enumerable.Range(0, 40).Select(bit => (i * 31 + bit * 7) % 3 == 0 ? 'i' : 'l')))]);

        foreach (var text in new[] { "1!|", "1l", "i1|l", "l!i" })
        {
            Assert.NotNull(filter.Find(Repeated(text), out var steps));
            Assert.InRange(steps, 1, 55_000);
        }
        Assert.Null(filter.Find(Repeated("l")));
    }

    [Theory]
    [InlineData("@ ", 70, 10_000)]
    [InlineData("@", 490, 10_000)]
    [InlineData("$ ", 240, 10_000)]
    [InlineData("!@$|+ ", 80, 10_000)]
    [InlineData("a ", 240, 10_000)]
    [InlineData("a!", 240, 55_000)]
    [InlineData("f!", 240, 10_000)]
    [InlineData("1 ", 240, 10_000)]
    [InlineData("s@ $h 1", 70, 10_000)]
    public void NoiseInFrontHidesNoWordAndIsCheap(string noise, int times, int most)
    {
        var text = string.Concat(Enumerable.Repeat(noise, times));

        Assert.NotNull(Filter.Find($"{text} fuck", out var steps));

        Assert.InRange(steps, 1, most);
    }

    [Theory]
    [InlineData("!@#$%^&*() ")]
    [InlineData("$$$ !!! @@@ ")]
    [InlineData("+1 ")]
    [InlineData("| a | b ")]
    [InlineData("@")]
    [InlineData("! ")]
    [InlineData("ha")]
    [InlineData("哈")]
    [InlineData("妈")]
    [InlineData("f ")]
    [InlineData("lol 111 ")]
    [InlineData("as she said ")]
    public void InnocentTextIsLeftAloneHoweverOftenItIsRepeated(string text)
    {
        Assert.Null(Filter.Find(Repeated(text), out var steps));

        Assert.InRange(steps, 0, 10_000);
    }

    private static string Repeated(string text) => string.Concat(Enumerable.Repeat(text, 500 / text.Length));

    [Fact]
    public void EveryPlainWordIsFoundAndNoneInAnEmptyFilter() =>
        Prop.ForAll<uint>(seed =>
        {
            var random = new Random((int)(seed % int.MaxValue));
            var word = new string([.. Enumerable.Range(0, 2 + random.Next(10)).Select(_ =>
                (char)('a' + random.Next(26)))]);
            var spread = string.Join(" .-*"[random.Next(4)], word.Select(c =>
                random.Next(2) == 0 ? char.ToUpperInvariant(c) : c));
            return new WordFilter([word]).Find($"so {word} it") == word &&
                new WordFilter([word]).Find($"so, {spread}, it") == word &&
                WordFilter.Empty.Find(word) is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
