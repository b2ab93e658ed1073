using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Tests;

public sealed class NameBasedIdTests
{
    private static readonly Guid DnsScope = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>The example of RFC 9562, appendix A.4.</summary>
    [Fact]
    public void IdIsThatOfTheStandard() =>
        Assert.Equal(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"), NameBasedId.Create(DnsScope, "www.example.com"));

    [Fact]
    public void EachNameHasItsOwnId()
    {
        var ids = Enumerable.Range(0, 1000).Select(line => NameBasedId.Create(DnsScope, $"file/{line}")).ToHashSet();

        Assert.Equal(1000, ids.Count);
    }
}
