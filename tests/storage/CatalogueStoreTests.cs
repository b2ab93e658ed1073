using System.Text;

namespace Engage.Storage.Tests;

public abstract class CatalogueStoreTests : StorageSuite
{
    private protected CatalogueStoreTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task AddedEntryIsFoundWithItsRevision()
    {
        var store = Site.Open().Catalogue;

        var (entry, added) = await store.AddAsync(Content("c-1", "creator-1", "community-1"), default);
        var found = await store.FindAsync(CatalogueKind.Content, "c-1", default);

        Assert.True(added);
        Assert.Equal(1, entry.Revision);
        Assert.NotNull(found);
        Assert.Equal(
            ("c-1", 1L, "creator-1", "community-1"),
            (found.Id, found.Revision, found.Creator, found.Community));
        Assert.Equal("{\"id\":\"c-1\"}", Encoding.UTF8.GetString(found.Body.Span));
        Assert.Null(await store.FindAsync(CatalogueKind.Creator, "c-1", default));
    }

    [StorageFact]
    public async Task SecondAddOfAnIdAnswersWithTheFirstUnchanged()
    {
        var store = Site.Open().Catalogue;
        await store.AddAsync(Content("c-1", "creator-1", "community-1"), default);

        var (entry, added) = await store.AddAsync(Content("c-1", "creator-2", "community-2"), default);

        Assert.False(added);
        Assert.Equal(("creator-1", 1L), (entry.Creator, entry.Revision));
        Assert.Equal(1, Site.Query("SELECT value FROM storage_counter WHERE name = 'catalogue_revision'"));
    }

    [StorageFact]
    public async Task ListFollowsRevisionsAndFilters()
    {
        var store = Site.Open().Catalogue;
        var creator = new CatalogueEntry(CatalogueKind.Creator, "creator-1", 0, null, null, "{}"u8.ToArray());
        await store.AddAsync(creator, default);
        for (var i = 0; i < 10; i++)
            await store.AddAsync(Content($"c-{i}", $"creator-{i % 2}", $"community-{i % 3}"), default);

        var page = await store.ListAsync(new CatalogueQuery(null, AfterRevision: 3, Limit: 4), default);
        var creators = await store.ListAsync(new CatalogueQuery(CatalogueKind.Creator, 0, 100), default);
        var both = await store.ListAsync(
            new CatalogueQuery(CatalogueKind.Content, 0, 100, "creator-1", "community-1"), default);

        Assert.Equal([4, 5, 6, 7], page.Select(entry => entry.Revision));
        Assert.Equal("creator-1", Assert.Single(creators).Id);
        Assert.Equal(["c-1", "c-7"], both.Select(entry => entry.Id));
    }

    [StorageFact]
    public async Task RevisionsAreNeverReusedEvenAfterReopening()
    {
        using (var database = Site.Open())
            await database.Catalogue.AddAsync(Content("c-1", "creator-1", "community-1"), default);
        Site.Execute("DELETE FROM catalogue_entry");

        var store = Site.Open().Catalogue;
        var (entry, _) = await store.AddAsync(Content("c-1", "creator-1", "community-1"), default);

        Assert.Equal(2, entry.Revision);
    }

    private static CatalogueEntry Content(string id, string creator, string community) =>
        new(CatalogueKind.Content, id, 0, creator, community, Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}"));

    public sealed class OnSqlite() : CatalogueStoreTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : CatalogueStoreTests(new PostgresSite());
}
