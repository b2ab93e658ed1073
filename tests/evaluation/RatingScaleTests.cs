namespace Engage.Evaluation.Tests;

public sealed class RatingScaleTests
{
    [Fact]
    public void FiveStarsStayAsTheyAre()
    {
        var scale = RatingScale.Of(Rated(2, 4, 3))!;

        Assert.Equal([1f, 3f, 5f], new float[] { 1, 3, 5 }.Select(rating => scale.Stars(rating)!.Value));
    }

    [Theory]
    [InlineData(0, 10, 5, 3)]
    [InlineData(0.5f, 5, 0.5f, 1)]
    [InlineData(-10, 10, 10, 5)]
    public void AnotherScaleIsStretchedOntoFiveStars(float min, float max, float rating, float stars)
    {
        var scale = RatingScale.Of(Rated(max, min))!;

        Assert.Equal(stars, scale.Stars(rating)!.Value, 4);
        Assert.Equal(0, scale.LeftOut);
    }

    [Fact]
    public void ARatingOutsideOfTheScaleIsLeftOutAndCounted()
    {
        var scale = RatingScale.Of(Rated(1, 5))!;

        var stars = scale.Stars(7);

        Assert.Null(stars);
        Assert.Equal(1, scale.LeftOut);
    }

    [Fact]
    public void NoRatingsAndAConstantAreNoScale()
    {
        Interaction[] none = [new("u", "i", null, 0), new("u", "j", null, 1)];

        Assert.Null(RatingScale.Of(none));
        Assert.Null(RatingScale.Of(Rated(1, 1, 1)));
    }

    private static IEnumerable<Interaction> Rated(params float[] ratings) =>
        ratings.Select((rating, at) => new Interaction("u", "i", rating, at));
}
