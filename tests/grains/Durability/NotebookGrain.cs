using Engage.Grains.Durability;

namespace Engage.Grains.Tests.Durability;

/// <summary>Lines that are stored one by one.</summary>
[Alias("engage.tests.INotebookGrain")]
public interface INotebookGrain : IGrainWithStringKey
{
    /// <summary>Behind what the activation knows.</summary>
    [Alias("AddAsync")]
    Task AddAsync(string line);

    /// <summary>What the activation knows, in one line.</summary>
    [Alias("ReadAsync")]
    Task<string> ReadAsync();

    [AlwaysInterleave, Alias("GlanceAsync")]
    Task<string> GlanceAsync();

    [Alias("ClearAsync")]
    Task ClearAsync();

    [Alias("ActivationAsync")]
    Task<Guid> ActivationAsync();
}

internal sealed class NotebookGrain([PersistentState("notebook")] IPersistentState<Notebook> state)
    : Grain, INotebookGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public Task AddAsync(string line) =>
        state.ReplaceOrLeaveAsync(new() { Lines = [.. state.State.Lines, line] }, this);

    public Task<string> ReadAsync() => Task.FromResult(string.Join(' ', state.State.Lines));

    public Task<string> GlanceAsync() => ReadAsync();

    public Task ClearAsync() => state.ClearOrLeaveAsync(this);

    public Task<Guid> ActivationAsync() => Task.FromResult(_activation);
}

public sealed class Notebook
{
    public string[] Lines { get; set; } = [];
}
