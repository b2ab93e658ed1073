namespace Engage.Storage.Tests;

/// <summary>
/// Tests that hold for every database: a suite derives from it once, and nests one class per database, so that a test's
/// name says where it failed (<c>JournalTests+OnPostgres</c>).
/// </summary>
public abstract class StorageSuite : IDisposable
{
    private protected StorageSuite(StorageSite site) => Site = site;

    private protected StorageSite Site { get; }

    public void Dispose()
    {
        Site.Dispose();
        GC.SuppressFinalize(this);
    }
}
