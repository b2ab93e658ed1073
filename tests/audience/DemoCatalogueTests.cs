using System.Text.Json;
using System.Text.RegularExpressions;
using Engage.Audience.Catalogue;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Tests;

public sealed partial class DemoCatalogueTests
{
    private static readonly DemoCatalogue Catalogue = DemoCatalogue.Compose(Texts.Load());

    [Fact]
    public void CatalogueIsRich()
    {
        Assert.Equal(8, Catalogue.Communities.Count);
        Assert.Equal(40, Catalogue.Creators.Count);
        Assert.Equal(400, Catalogue.Contents.Count);
        Assert.Equal(6, Catalogue.Contents.Select(content => content.ContentKind).Distinct().Count());
    }

    [Fact]
    public void SecondCompositionIsTheSameEntryForEntry()
    {
        var second = DemoCatalogue.Compose(Texts.Load());

        Assert.Equal(JsonSerializer.Serialize(Catalogue.Contents), JsonSerializer.Serialize(second.Contents));
    }

    [Fact]
    public void EveryTitleIsItsOwnInBothLanguages()
    {
        Assert.Equal(400, Catalogue.Contents.Select(content => content.Title.Zh).Distinct().Count());
        Assert.Equal(400, Catalogue.Contents.Select(content => content.Title.En).Distinct().Count());
    }

    [Fact]
    public void EveryContentKeepsTheRulesOfTheProtocol()
    {
        var communities = Catalogue.Communities.Select(community => community.Id).ToHashSet();
        var creators = Catalogue.Creators.ToDictionary(creator => creator.Id, creator => creator.Communities!);

        Assert.All(Catalogue.Contents, content =>
        {
            Assert.Matches(Id(), content.Id);
            Assert.Contains(content.Community, communities);
            Assert.Contains(content.Community, creators[content.Creator]);
            Assert.All(content.Tags!, tag => Assert.InRange(tag.Length, 1, 32));
            AssertText(content.Title, 200);
            AssertText(content.Description!, 4000);
        });
        Assert.Equal(400, Catalogue.Contents.Select(content => content.Id).Distinct().Count());
    }

    [Fact]
    public void NewLectureIsColdAndOfAKnownTopic()
    {
        var now = new DateTimeOffset(2026, 11, 22, 8, 0, 5, TimeSpan.Zero);

        var lecture = Catalogue.ComposeNewLecture(new(1), now);

        Assert.Matches(Id(), lecture.Id);
        Assert.DoesNotContain(Catalogue.Contents, content => content.Id == lecture.Id);
        Assert.Contains(Catalogue.Topics, entry => entry.Topic.Tag == lecture.Tags![0]);
        Assert.Equal(now, lecture.PublishedAt);
        AssertText(lecture.Title, 200);
    }

    private static void AssertText(Text text, int lengthMax)
    {
        Assert.Matches(Chinese(), text.Zh);
        Assert.DoesNotMatch(Chinese(), text.En);
        Assert.InRange(text.Zh!.Length, 2, lengthMax);
        Assert.InRange(text.En!.Length, 2, lengthMax);
        Assert.DoesNotContain('{', text.Zh + text.En);
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,64}$")]
    private static partial Regex Id();

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Chinese();
}
