namespace Engage.Evaluation.Tests;

public sealed class DatasetReaderTests
{
    private const string Recbole =
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\n" +
        "u1\ti1\t3\t20\n" + "u2\ti2\t4.5\t10\n" + "u1\ti3\t1\t20\n" + "u3\ti1\t2\t5\n";

    [Fact]
    public void EventsComeInTimeOrderAndTiesKeepFileOrder()
    {
        var events = DatasetReader.Read(new StringReader(Recbole), DatasetFormat.Recbole);

        Assert.Equal(["u3 i1", "u2 i2", "u1 i1", "u1 i3"], events.Select(e => $"{e.User} {e.Item}"));
        Assert.Equal(4.5f, events[1].Value);
        Assert.Equal(10_000, events[1].AtMs);
    }

    [Fact]
    public void TheLimitCutsAfterSorting()
    {
        var events = DatasetReader.Read(new StringReader(Recbole), DatasetFormat.Recbole, 1);

        Assert.Equal("u3", Assert.Single(events).User);
    }

    [Fact]
    public void RecboleColumnsMayComeInAnyOrderAndWithoutRatings()
    {
        const string file = "timestamp:float\titem_id:token\tuser_id:token\n7\ti\tu\n";

        var only = Assert.Single(DatasetReader.Read(new StringReader(file), DatasetFormat.Recbole));

        Assert.Equal(new Interaction("u", "i", null, 7000), only);
    }

    [Theory]
    [InlineData("874724710")]
    [InlineData("874724710.0")]
    [InlineData("8.7472471e8")]
    [InlineData("874724710000")]
    [InlineData("8.7472471e+11")]
    [InlineData("874724710000000")]
    [InlineData("874724710000000000")]
    [InlineData("1997-09-20T03:05:10Z")]
    [InlineData("1997-09-20 03:05:10")]
    [InlineData("1997-09-20T05:05:10.000+02:00")]
    public void TimesAreReadInAnyUnitAndAsDates(string time)
    {
        var file = $"\uFEFFuser_id:token\titem_id:token\ttimestamp:float\r\n\r\nu\ti\t{time}\r\n \r\n";

        var only = Assert.Single(DatasetReader.Read(new StringReader(file), DatasetFormat.Recbole));

        Assert.Equal(new Interaction("u", "i", null, 874724710000), only);
    }

    [Theory]
    [InlineData("User_ID\tITEM_ID\ttime\tlabel\nu\ti\t7\t1\n", DatasetFormat.Recbole)]
    [InlineData("\"user\",\"item\",\"rating\",\"timestamp\"\n\"u\",\"i\",,7\n", DatasetFormat.MovieLens)]
    [InlineData("user_id:token\titem_id:token\ttimestamp:float\nu\ti\t7\n", DatasetFormat.Auto)]
    [InlineData("UserID,ProductID,Score,Unix Time\nu,i,NaN,7\n", DatasetFormat.Auto)]
    [InlineData("uid;iid;rating;ts\n\"u\";i;null;7\n", DatasetFormat.Auto)]
    [InlineData("user|content-id|stars|event_time\nu|i|\\N|7\n", DatasetFormat.Auto)]
    [InlineData("user,item,item_id,user_id,time,timestamp\nJane,Film,i,u,noon,7\n", DatasetFormat.Auto)]
    public void ColumnsGoByTheirUsualNamesAndARatingMayBeMissing(string file, DatasetFormat format)
    {
        var only = Assert.Single(DatasetReader.Read(new StringReader(file), format));

        Assert.Equal(new Interaction("u", "i", null, 7000), only);
    }

    [Fact]
    public void QuotedFieldsMayHoldTheSeparatorAndQuotes()
    {
        const string file = "userId,movieId,timestamp\n\"Doe, Jane\",\"the \"\"one\"\"\",7\n";

        var only = Assert.Single(DatasetReader.Read(new StringReader(file), DatasetFormat.MovieLens));

        Assert.Equal(new Interaction("Doe, Jane", "the \"one\"", null, 7000), only);
    }

    [Fact]
    public void AQuoteInTheMiddleOfAFieldIsText()
    {
        const string file = "userId,movieId,timestamp\nu,5\" disk,7\nu, \"a, \"\"b\"\"\",8\nu,6\" disk,9\n";

        var events = DatasetReader.Read(new StringReader(file), DatasetFormat.MovieLens);

        Assert.Equal(["5\" disk", "a, \"b\"", "6\" disk"], events.Select(e => e.Item));
    }

    [Fact]
    public void ATimeOfZeroIsOfEveryUnit()
    {
        const string file = "user_id,item_id,timestamp\nu,a,0\nu,b,874724710001\nu,c,0.0\nu,d,874724710002\n";

        var events = DatasetReader.Read(new StringReader(file), DatasetFormat.Auto);

        Assert.Equal([0, 0, 874724710001, 874724710002], events.Select(e => e.AtMs));
    }

    [Fact]
    public void BytesThatAreNoUtf8StayApart()
    {
        var path = Path.GetTempFileName();
        byte[] line = [.. "user_id\titem_id\ttimestamp\n"u8, 0xE9, .. "\ti\t1\n"u8, 0xE8, .. "\t课程\t2\n"u8];
        File.WriteAllBytes(path, line);

        var events = DatasetReader.Read(path, DatasetFormat.Auto);

        File.Delete(path);
        Assert.Equal(2, events.Select(e => e.User).Distinct().Count());
        Assert.All(events, e => Assert.Equal(1, e.User.Length));
        Assert.Equal("课程", events[1].Item);
    }

    [Fact]
    public void MovieLensCsvIsRead()
    {
        const string file = "userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n";

        var only = Assert.Single(DatasetReader.Read(new StringReader(file), DatasetFormat.MovieLens));

        Assert.Equal(new Interaction("1", "31", 2.5f, 1260759144000), only);
    }

    [Theory]
    [InlineData("user_id:token\titem_id:token\n", "timestamp")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\n", "Line 2")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\tnoon\n", "noon")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\tNaN\n", "NaN")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t-1\n", "Line 2: timestamp '-1'")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t1e300\n", "Line 2: timestamp '1e300' is out of range")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t03/04/2020\n", "Line 2: timestamp '03/04/2020'")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t1960-01-01T00:00:00Z\n", "a date from 1970 on")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t1260759144\nu\ti\t1260759144000\n", "Line 3: timestamp '126")]
    [InlineData("user_id\titem_id\ttimestamp\n \ti\t5\n", "Line 2 has no user id")]
    [InlineData("user_id\titem_id\ttimestamp\nu\t\t5\n", "Line 2 has no item id")]
    [InlineData("user_id,item_id,timestamp\nu,i,5\n", "no column 'user_id'")]
    [InlineData("user_id\titem_id\trating\ttimestamp\nu\ti\t1e300\t5\n", "Line 2: rating '1e300'")]
    [InlineData("user_id\titem_id\ttimestamp\n\n", "No events")]
    [InlineData("", "empty")]
    public void WrongFilesAreRefusedWithTheReason(string file, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(
            () => DatasetReader.Read(new StringReader(file), DatasetFormat.Recbole));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
