using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Grains.Activity;
using Engage.Storage;

namespace Engage.Grains.Catalogue;

/// <summary>
/// Definition and figures of one catalogued thing. The definition lives in the catalogue, where it can be listed; the
/// figures are this grain's own state.
/// </summary>
internal abstract class CataloguedGrain<T, TState>(
    IPersistentState<TState> state, ICatalogueStore store, CatalogueView view)
    : ProjectionGrain<TState>(state), ICataloguedGrain<T> where T : class where TState : ProjectionState
{
    protected CatalogueView View => view;

    protected abstract T? Find(string id);

    /// <returns>Which reference of the definition does not exist, null if all do.</returns>
    protected abstract string? MissingReference(T definition);

    protected abstract CatalogueEntry ToEntry(T definition);

    /// <summary>Fills in what a request may leave out, from what is stored if it is.</summary>
    protected virtual T Complete(T requested, T? stored) => requested;

    /// <summary>Brings here what applying the batch needs.</summary>
    protected virtual Task PrepareAsync(JournalBatch batch) => Task.CompletedTask;

    /// <summary>Tells those who must know of a new definition before its creator is answered.</summary>
    protected virtual Task AnnounceAsync() => Task.CompletedTask;

    public async Task<CreateReply<T>> CreateAsync(T definition, CancellationToken cancellationToken)
    {
        if (MissingReference(definition) is not null) await view.RefreshAsync(cancellationToken);
        if (MissingReference(definition) is { } missing) return new(CreateOutcome.MissingReference, null, missing);

        var completed = Complete(definition, await FindAsync());
        var (entry, added) = await store.AddAsync(ToEntry(completed), cancellationToken);

        // It is durable now: it must become visible even if its creator has gone, and a retry makes good what failed.
        await view.RefreshAsync(CancellationToken.None);
        await AnnounceAsync();
        if (added) return new(CreateOutcome.Created, completed, null);

        var stored = CatalogueJson.Read<T>(entry);
        var same = entry.Body.Span.SequenceEqual(CatalogueJson.Write(Complete(definition, stored)));
        return new(same ? CreateOutcome.Unchanged : CreateOutcome.Conflict, stored, null);
    }

    public async Task<Counted<T>?> GetAsync()
    {
        var definition = await FindAsync();
        if (definition is null) DeactivateOnIdle();
        return definition is null
            ? null
            : new Counted<T>(definition, State.Counters.ToDictionary());
    }

    public async Task ApplyAsync(JournalBatch batch)
    {
        await PrepareAsync(batch);
        ApplyNew(batch);
    }

    /// <summary>This grain's own definition; looks into the store before it says that there is none.</summary>
    protected async Task<T?> FindAsync()
    {
        var id = this.GetPrimaryKeyString();
        if (Find(id) is { } definition) return definition;

        await view.RefreshAsync(CancellationToken.None);
        return Find(id);
    }

    protected override void Apply(JournalPosition position, ActivityEvent activity)
    {
        // The counters, kept by the base, are all that most have.
    }
}
