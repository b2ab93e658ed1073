using Engage.Audience.Catalogue;
using Engage.Audience.Driving;
using Engage.Audience.Model;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Tests;

public sealed class OfferBookTests
{
    private static readonly DemoCatalogue Catalogue = DemoCatalogue.Compose(Texts.Load());

    private static readonly InterestSpace Space =
        new(1, Catalogue.Topics.Select(entry => (entry.Community, entry.Topic.Tag)));

    private readonly OfferBook _book = new(Space, Catalogue);

    [Fact]
    public void EveryContentOfTheDemoIsUnderstood()
    {
        Assert.Equal(Catalogue.Contents.Count, _book.All.Count);
        Assert.All(_book.All, offer => Assert.NotEmpty(_book.QueryFor(offer)));
    }

    [Fact]
    public void LectureOfAnEarlierRunIsUnderstoodFromItsId()
    {
        var published = new DateTimeOffset(2026, 11, 22, 1, 2, 3, TimeSpan.Zero);
        var lecture = Catalogue.ComposeNewLecture(new(2), published);

        var offer = _book.Find(new(lecture.Id, 1, lecture.Creator, lecture.Community, "lecture"));

        Assert.Equal(published, offer!.Traits.PublishedAt);
        Assert.True(LatentVector.Cosine(offer.Traits.Direction, Space.Topic(lecture.Tags![0])) > 0.7f);
    }

    [Theory]
    [InlineData("c-242")]
    [InlineData("c")]
    [InlineData("")]
    [InlineData("c-other-thing-1")]
    public void ContentThatIsNotOfTheDemoIsPassedOver(string id) =>
        Assert.Null(_book.Find(new(id, 1, null, null, null)));
}
