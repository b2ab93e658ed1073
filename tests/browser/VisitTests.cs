namespace Engage.Browser.Tests;

/// <summary>
/// Tests whose people leave at the end of each: a page that stays open goes on drawing and listening, and makes every
/// test after it slower.
/// </summary>
public abstract class VisitTests(LivePage live) : IAsyncLifetime
{
    protected LivePage Live { get; } = live;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Live.LeaveAsync();
}
