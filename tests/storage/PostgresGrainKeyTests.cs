using Engage.Storage.Postgres;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

/// <summary>The numbers are those that Orleans' relational providers stored for the same grains.</summary>
public sealed class PostgresGrainKeyTests
{
    [Theory]
    [InlineData("u1", -63095447, 0, 0, "u1")]
    [InlineData("用户", 1250535034, 0, 0, "用户")]
    [InlineData("a-long-key-that-needs-more-than-sixteen-bytes-of-hash", -96498084, 0, 0,
        "a-long-key-that-needs-more-than-sixteen-bytes-of-hash")]
    [InlineData("12345678901234567890", 970796900, 0, 0, "12345678901234567890")]
    [InlineData("+x", 171272240, 0, 0, "+x")]
    public void TextKeyIsKeptAsText(string key, int hash, long n0, long n1, string? extension) =>
        Assert.Equal((hash, n0, n1, extension), Parts(key));

    [Theory]
    [InlineData("42", -190025453, 0, 66, null)]
    [InlineData("ab", 1895005418, 0, 171, null)]
    [InlineData("AB", 1895005418, 0, 171, null)]
    [InlineData("7FFFFFFFFFFFFFFF", 1504541853, 0, long.MaxValue, null)]
    [InlineData("FFFFFFFFFFFFFFFF", -641301823, 0, -1, null)]
    [InlineData("00000000000000000001", 1168708852, 0, 1, null)]
    [InlineData("12+ext", 1431511217, 0, 18, "ext")]
    public void KeyThatReadsAsHexadecimalIsKeptAsNumber(string key, int hash, long n0, long n1, string? extension) =>
        Assert.Equal((hash, n0, n1, extension), Parts(key));

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", 226093389, null)]
    [InlineData("0123456789abcdef0123456789abcdef+tail", -545131350, "tail")]
    public void KeyThatReadsAsGuidIsKeptAsTwoNumbers(string key, int hash, string? extension) =>
        Assert.Equal((hash, -3607513408948976281, -1167088121787636991, extension), Parts(key));

    [Theory]
    [InlineData("state", "state", 631257761)]
    [InlineData("plain", "plain", 1628677502)]
    [InlineData("A.B`1[[C.D, Asm, Version=1.0.0.0, Culture=neutral]],Asm2", "A.B`1[[C.D, Asm]]", -690967666)]
    [InlineData("A.B`2[[X, Y],[Z`1[[Q, W, Version=1]], R, Version=2]]", "A.B`2[[X],[Z`1[[Q, W]]]]", -1806657984)]
    public void StateNameIsKeptWithoutAssemblyVersions(string stateName, string stored, int hash)
    {
        var key = OrleansGrainKey.Of(stateName, GrainId.Create("user", "gen"));

        Assert.Equal((stored, hash, -1195641350), (key.TypeString, key.TypeHash, key.IdHash));
    }

    [Theory]
    [InlineData("u1", 981362768)]
    [InlineData("ann", -103306658)]
    [InlineData("用户", -1960697018)]
    [InlineData("0123456789abcdef0123456789abcdef+tail", 1870799816)]
    [InlineData("a-long-key-that-needs-more-than-sixteen-bytes-of-hash", 1845013613)]
    public void UniformHashOfGrainIdIsTheClusters(string key, int hash) =>
        Assert.Equal(hash, unchecked((int)GrainId.Create("user", key).GetUniformHashCode()));

    private static (int Hash, long N0, long N1, string? Extension) Parts(string key)
    {
        var row = OrleansGrainKey.Of("state", GrainId.Create("user", key));
        return (row.IdHash, row.N0, row.N1, row.Extension);
    }
}
