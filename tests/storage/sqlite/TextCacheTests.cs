using System.Text;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class TextCacheTests
{
    [Fact]
    public void WhatComesAgainIsTheSameString()
    {
        var texts = new TextCache();

        var first = texts.Get("content-17"u8);

        Assert.Equal("content-17", first);
        Assert.Same(first, texts.Get("content-17"u8));
    }

    [Fact]
    public void WhateverSharesAPlaceEachTextIsItself()
    {
        var texts = new TextCache();
        string[] odd = ["", "用户-1", "u\u00e9", new('x', 64), new('x', 65)];

        for (var round = 0; round < 2; round++)
            foreach (var text in Enumerable.Range(0, 100_000).Select(i => $"user-{i}").Concat(odd))
                Assert.Equal(text, texts.Get(Encoding.UTF8.GetBytes(text)));
    }
}
